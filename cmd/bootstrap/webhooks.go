package bootstrap

import (
	"context"
	"errors"

	"ticketd/adapters/webhook"
	"ticketd/app/delivery"
)

// openSender opens what makes the requests of webhooks, in processes that do.
func (a *App) openSender(context.Context) error {
	s := a.settings.Events
	if s.Keep == 0 {
		return nil
	}
	version, _ := Build()
	a.sender = webhook.New(webhook.Options{
		Guard:   webhook.Guard{AllowHTTP: s.AllowHTTP, AllowNetworks: s.AllowNetworks},
		Version: version, Tracer: a.spans.Tracer(),
	})
	a.onClose(func() error {
		a.sender.Close()
		return nil
	})
	return nil
}

// delivering adds the deliveries of webhooks to what a process does. A stop waits for those in flight after the
// classifications, which go on meanwhile.
func (a *App) delivering(r running) running {
	if a.settings.Store.NoEvents {
		return r
	}
	e := delivery.New(a.store, a.store, a.sender, a.metrics, a.log)
	a.metrics.WatchDeliveries(a.store, e.InFlight)
	classified := r.drain
	r.sweeps = append(r.sweeps, e.Run)
	r.drain = func(ctx context.Context) error { return errors.Join(classified(ctx), e.Drain(ctx)) }
	return r
}
