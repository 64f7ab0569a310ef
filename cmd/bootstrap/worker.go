package bootstrap

import (
	"context"
	"errors"
	"io"
	"time"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/redisstream"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

const (
	// An event is done as soon as its row is claimed, so few subscriptions feed many slots.
	slotsPerSubscription = 16
	maxSubscriptions     = 8
)

// Work runs a worker until ctx ends, then finishes what is in flight. It returns nil after an orderly stop.
func Work(ctx context.Context, s settings.Worker, stdout io.Writer) error {
	s.Telemetry.Service = "ticketd-worker"
	s.Store.ReadURL = "" // a worker reads what it changes
	a, err := openAt(ctx, s.Common, front{"worker", "WORKER_PORT", s.Port, awaitTime}, stdout)
	if err != nil {
		return unlessStopped(err)
	}
	return errors.Join(a.work(ctx, s), a.Close())
}

func (a *App) work(ctx context.Context, s settings.Worker) error {
	client, err := a.newLetterClient()
	if err != nil {
		return err
	}
	publisher, err := a.newPublisher()
	if err != nil {
		return err
	}
	a.metrics.WatchQueue(publisher)
	letters := a.metrics.DeadLetterQueue(redisstream.NewDeadLetters(client))
	lost := classification.NewAnnounceLost(a.store, publisher, a.metrics, a.log)
	worker, heal := a.newWorker(s, letters, lost.Forgotten)
	subscriptions := min(maxSubscriptions, 1+s.Concurrency/slotsPerSubscription)
	subscriber, err := redisstream.NewSubscriber(
		s.Queue.Redis, subscriptions, letters, worker.TakeEvent, a.log, redisstream.TracedBy(a.spans.Tracer()))
	if err != nil {
		return err
	}
	ready := &readiness{}
	port, err := a.serveProbes(ctx, s.Port, []httpapi.Check{
		{Name: "process", Ping: ready.Ping},
		{Name: "store", Ping: a.store.Ping},
		{Name: "redis", Ping: subscriber.Ping},
	})
	if err != nil {
		return errors.Join(err, subscriber.Close())
	}
	a.candidate.WarmUp()
	a.log.InfoContext(ctx, "Worker running", "store", s.Store.Kind(), "classifier", a.candidate.Name,
		"concurrency", s.Concurrency, "port", port)
	return a.delivering(running{
		name: "Worker", intake: events(ctx, subscriber.Run),
		sweeps: []func(context.Context){worker.Sweep, lost.Run, heal},
		drain:  worker.Drain, ready: ready, log: a.log,
	}).until(ctx, 0, s.Process.ShutdownTimeout)
}

// newWorker returns the worker and what heals fallbacks beside it.
func (a *App) newWorker(
	s settings.Worker, letters ports.DeadLetterQueue, forgotten func() time.Duration,
) (w *classification.Worker, heal func(context.Context)) {
	classifier, healer := a.healing()
	w = classification.NewWorker(a.store, classifier, letters, classification.WorkerLimits{
		Slots: s.Concurrency, Timeout: s.Classifier.Timeout,
		Policy: classification.RetryLater(s.MaxAttempts), Review: s.Review,
		Heart: a.heart(), Forgotten: forgotten,
	}, a.clock, a.metrics, a.log)
	a.metrics.WatchClassifications(w.InFlight)
	a.metrics.WatchWorker(s.Concurrency, w.Paused)
	return w, healer(w, s.Concurrency)
}

// serveProbes serves a worker's health and metrics until the App closes, and returns the port, 0 without one.
func (a *App) serveProbes(ctx context.Context, port *int, checks []httpapi.Check) (int, error) {
	if port == nil {
		return 0, nil
	}
	l, err := listen(ctx, "WORKER_PORT", *port)
	if err != nil {
		return 0, err
	}
	probes := httpapi.NewProbes(checks, a.metrics.Handler(), a.settings.Process.Profiles, a.log)
	server := newHTTPServer(probes, 0)
	served, connections := make(chan error, 1), a.connections()
	go func() { served <- connections.Serve(server, l) }()
	a.onClose(func() error { return errors.Join(server.Close(), unlessClosed(<-served)) })
	return portOf(l), nil
}
