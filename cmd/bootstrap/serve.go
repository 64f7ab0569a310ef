package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/redislimit"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// Serve runs the REST API until ctx ends, then finishes what is in flight. It returns nil after an orderly
// stop.
func Serve(ctx context.Context, s settings.Server, stdout io.Writer) error {
	s.Telemetry.Service = "ticketd"
	a, err := Open(ctx, s.Common, stdout)
	if err != nil {
		return err
	}
	return errors.Join(a.serve(ctx, s.Edge), a.Close())
}

func (a *App) serve(ctx context.Context, edge settings.Edge) error {
	m, ready := a.mode(), &readiness{}
	if !a.settings.Store.NoEvents {
		a.feed = app.NewFollowEvents(a.store)
	}
	handler, err := a.newHandler(edge, m, ready)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, "PORT", edge.Port)
	if err != nil {
		return err
	}
	if len(edge.ShortKeys) > 0 {
		a.log.WarnContext(ctx, "API_KEYS has keys that are short enough to be guessed",
			"names", edge.ShortKeys, "characters_at_least", settings.ShortKey)
	}
	here := fmt.Sprintf("http://localhost:%d", portOf(listener))
	a.log.InfoContext(ctx, "Server running", "port", portOf(listener),
		"store", a.settings.Store.Kind(), "classifier", m.classifier,
		"api", here+"/tickets", "docs", here+"/docs")
	a.candidate.WarmUp()
	keys, index := app.NewSweepKeys(a.store, a.log), app.NewIndexTickets(a.store, a.clock, a.log)
	events := app.NewSweepEvents(a.store, a.store, a.settings.Events.Keep, a.log)
	server := newHTTPServer(closing(handler, ready), a.settings.Classifier.Timeout)
	if a.feed != nil {
		server.RegisterOnShutdown(a.feed.Stop) // who waits for events would hold the stop up
	}
	return a.delivering(running{
		name: "Server", intake: requests(server, func() error { return server.Serve(listener) }),
		sweeps: append(m.sweeps, keys.Run, index.Run, events.Run),
		drain:  m.drain, ready: ready, log: a.log,
	}).until(ctx, edge.StopDelay, a.settings.Process.ShutdownTimeout)
}

func (a *App) newHandler(edge settings.Edge, m mode, ready *readiness) (http.Handler, error) {
	shared, err := a.sharedLimit()
	if err != nil {
		return nil, err
	}
	checks := []httpapi.Check{{Name: "process", Ping: ready.Ping}, {Name: "store", Ping: a.store.Ping}}
	return httpapi.New(a.useCases(m.starter), httpapi.Options{
		RateLimit: httpapi.RateLimit{Window: edge.LimitWindow, Max: edge.LimitMax, Shared: shared},
		Keys:      edge.Keys, TrustedProxies: edge.TrustedProxies, Origins: edge.Origins,
		Metrics: a.metrics.Handler(), MetricsPublic: edge.MetricsPublic, Profiles: a.settings.Process.Profiles,
		Meter: a.metrics, Tracer: a.spans.Tracer(), Queued: a.settings.Queue.Use, Clock: a.clock, Log: a.log,
		Ready: append(checks, m.checks...), Receivers: a.receivers(),
	})
}

// sharedLimit returns the count in Redis, nil where there is none.
func (a *App) sharedLimit() (ports.RequestCounter, error) {
	if a.settings.Queue.RedisURL == "" {
		return nil, nil
	}
	c, err := redislimit.New(a.settings.Queue.RedisURL, redislimit.AnswerTime)
	if err != nil {
		return nil, err
	}
	a.onClose(func() error {
		_ = c.Close() // closing connections at the end can fail only because they are gone
		return nil
	})
	return c, nil
}

func (a *App) useCases(starter classification.Starter) httpapi.UseCases {
	return httpapi.UseCases{
		CreateTicket:          app.NewCreateTicket(a.store, a.store, starter, a.clock),
		EditTicket:            app.NewEditTicket(a.store, a.clock, a.metrics),
		DeleteTicket:          app.NewDeleteTicket(a.store),
		RequestClassification: classification.NewRequestClassification(a.store, starter, a.clock),
		ListTickets:           app.NewListTickets(a.store),
		ReadStats:             app.NewReadStats(a.store),
		CreateUser:            app.NewCreateUser(a.store, a.clock),

		Tickets: a.store, Record: a.store, Users: a.store, Events: a.feed, Webhooks: a.webhooks(),
	}
}
