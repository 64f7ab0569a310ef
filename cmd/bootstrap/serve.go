package bootstrap

import (
	"context"
	"errors"
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
	s.Store.Watched = true
	a, err := openAt(ctx, s.Common, front{"server", "PORT", &s.Edge.Port, awaitTime}, stdout)
	if err != nil {
		return unlessStopped(err)
	}
	return errors.Join(a.serve(ctx, s.Edge, a.logServing), a.Close())
}

func (a *App) logServing(ctx context.Context, port int, m mode) {
	here := address(port)
	a.log.InfoContext(ctx, "Server running", "port", port,
		"store", a.settings.Store.Kind(), "classifier", m.classifier,
		"api", here+"/tickets", "docs", here+"/docs")
}

// serve calls say when it takes requests.
func (a *App) serve(
	ctx context.Context, edge settings.Edge, say func(ctx context.Context, port int, m mode),
) error {
	m, ready := a.mode(), &readiness{}
	if !a.settings.Store.NoEvents {
		a.feed = app.NewFollowEvents(a.reads)
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
	say(ctx, portOf(listener), m)
	a.candidate.WarmUp()
	keys, index := app.NewSweepKeys(a.store, a.log), app.NewIndexTickets(a.store, a.clock, a.log)
	events := app.NewSweepEvents(a.store, a.store, a.settings.Events.Keep, a.log)
	server := newHTTPServer(closing(handler, ready), a.settings.Classifier.Timeout)
	connections := a.connections()
	if a.feed != nil {
		server.RegisterOnShutdown(a.feed.Stop) // who waits for events would hold the stop up
	}
	return a.delivering(running{
		name: "Server", intake: requests(server, func() error { return connections.Serve(server, listener) }),
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
		Keys:      edge.Keys, TrustedProxies: edge.TrustedProxies, Origins: edge.Origins, Board: edge.Board,
		Metrics: a.metrics.Handler(), MetricsPublic: edge.MetricsPublic, Profiles: a.settings.Process.Profiles,
		Meter: a.metrics, Tracer: a.spans.Tracer(), Queued: a.settings.Queue.Use, Clock: a.clock, Log: a.log,
		Ready: append(checks, m.checks...), Receivers: a.receivers(),
	})
}

// sharedLimit returns the count in Redis, nil where there is none.
func (a *App) sharedLimit() (ports.RequestCounter, error) {
	if a.settings.Queue.Redis.URL == "" {
		return nil, nil
	}
	c, err := redislimit.New(a.settings.Queue.Redis.URL, a.settings.Queue.Redis.Prefix, redislimit.AnswerTime)
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
		ListTickets:           app.NewListTickets(a.reads),
		ReadStats:             app.NewReadStats(a.reads),
		CreateUser:            app.NewCreateUser(a.store, a.clock),

		Tickets: a.store, Record: a.reads, Users: users{a.reads, a.store}, Events: a.feed, Webhooks: a.webhooks(),
	}
}

// users are read where all lists are and deleted in the store.
type users struct {
	ports.UserReader
	ports.UserDeleter
}
