package bootstrap

import (
	"context"
	"errors"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/webhook"
	"ticketd/app"
	"ticketd/app/delivery"
	"ticketd/domain"
)

func (a *App) guard() webhook.Guard {
	return webhook.Guard{AllowHTTP: a.settings.Events.AllowHTTP, AllowNetworks: a.settings.Events.AllowNetworks}
}

// receivers are the rules for the URLs of webhooks.
func (a *App) receivers() domain.ReceiverRules {
	return domain.ReceiverRules{AllowHTTP: a.settings.Events.AllowHTTP, Reachable: a.guard().Reachable}
}

// webhooks are the use cases of webhooks, nil where there are no events.
func (a *App) webhooks() *httpapi.Webhooks {
	if a.settings.Store.NoEvents {
		return nil
	}
	return &httpapi.Webhooks{
		Create:       app.NewCreateWebhook(a.store, a.receivers(), a.clock),
		Edit:         app.NewEditWebhook(a.store, a.receivers()),
		RotateSecret: app.NewRotateWebhookSecret(a.store, a.clock),
		Test:         app.NewTestWebhook(a.store, a.sender, a.clock),
		Replay:       app.NewReplayDeliveries(a.store),

		Store: a.store, Deliveries: a.store,
	}
}

// openSender opens what makes the requests of webhooks, in processes that do.
func (a *App) openSender(context.Context) error {
	if a.settings.Events.Keep == 0 {
		return nil
	}
	version, _ := Build()
	a.sender = webhook.New(webhook.Options{Guard: a.guard(), Version: version, Tracer: a.spans.Tracer()})
	a.onClose(func() error {
		a.sender.Close()
		return nil
	})
	return nil
}

// delivering adds the deliveries of webhooks to what a process does. A stop waits for the classifications in
// flight first, and the deliveries go on meanwhile.
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
