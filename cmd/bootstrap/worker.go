package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/metrics"
	"ticketd/adapters/redisstream"
	"ticketd/adapters/telemetry"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

const (
	// letterConnections is how many dead letters one process writes at a time.
	letterConnections = 4
	// An event is done as soon as its row is claimed, so few subscriptions feed many slots.
	slotsPerSubscription = 16
	maxSubscriptions     = 8
)

// Work runs a worker until ctx ends, then finishes what is in flight. It returns nil after an orderly stop.
func Work(ctx context.Context, s settings.Worker, stdout io.Writer) error {
	log := newLogger(stdout, s.Process.LogLevel)
	spans, err := telemetry.Start(ctx, s.Telemetry, "ticketd-worker", log)
	if err != nil {
		return err
	}
	defer spans.Stop(ctx)
	figures := newMetrics(s.Classifier, s.Price)
	w := watchers{
		meter: figures, tracer: spans.Tracer(), dropped: figures.ParameterDropped, probed: figures.Probed,
	}
	subject, err := newClassifier(ctx, s.Classifier, w, log)
	if err != nil {
		return err
	}
	defer subject.Close()
	st, err := openStore(ctx, s.Store, spans, log)
	if err != nil {
		return err
	}
	watchStore(figures, st)
	err = workOn(ctx, s, subject, st, figures, spans, log)
	return errors.Join(err, st.Close())
}

func workOn(
	ctx context.Context, s settings.Worker, subject Subject, st store, figures *metrics.Metrics, spans telemetry.Traces, log *slog.Logger,
) error {
	client, err := redisstream.NewClient(s.RedisURL, "letters", letterConnections)
	if err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	publisher, err := redisstream.NewPublisher(s.RedisURL, redisstream.TracedBy(spans.Tracer()))
	if err != nil {
		return errors.Join(fmt.Errorf("REDIS_URL: %w", err), client.Close())
	}
	letters := figures.DeadLetterQueue(redisstream.NewDeadLetters(client))
	clock := ports.ClockFunc(time.Now)
	classifier, healing := subject.healing(s.Classifier.Heal, st, clock, figures, log)
	worker := classification.NewWorker(st, classifier, letters, classification.WorkerLimits{
		Slots: s.Concurrency, Timeout: s.Classifier.Timeout, Policy: classification.RetryLater(s.MaxAttempts), Review: s.Review,
	}, clock, figures, log)
	watchWorker(figures, worker, s.Concurrency, publisher)
	subscriber, err := redisstream.NewSubscriber(s.RedisURL, min(maxSubscriptions, 1+s.Concurrency/slotsPerSubscription), letters, worker.TakeEvent, log,
		redisstream.TracedBy(spans.Tracer()))
	if err == nil {
		subject.WarmUp()
		err = runWorker(ctx, s, workerParts{
			worker: worker, heal: healing(worker, s.Concurrency), subscriber: subscriber, lost: classification.NewAnnounceLost(st, publisher, figures, log), log: log,
			checks: []httpapi.Check{{Name: "store", Ping: st.Ping}, {Name: "redis", Ping: client.Ping}}, classifier: subject.Name, metrics: figures.Handler(),
		})
	}
	return errors.Join(err, publisher.Close(), client.Close())
}

type workerParts struct {
	worker     *classification.Worker
	heal       func(context.Context)
	subscriber *redisstream.Subscriber
	lost       *classification.AnnounceLost
	checks     []httpapi.Check
	classifier string
	metrics    http.Handler
	log        *slog.Logger
}

// runWorker stops in order: no new events and no sweeps, then what is in flight, then the probes.
func runWorker(ctx context.Context, s settings.Worker, p workerParts) error {
	ready := &readiness{}
	probes, err := newProbes(ctx, s, p, ready)
	if err != nil {
		return err
	}
	p.log.InfoContext(ctx, "Worker running", "store", s.Store.Kind(), "classifier", p.classifier, "concurrency", s.Concurrency, "port", probes.port)
	running, stop := context.WithCancel(ctx)
	defer stop()
	draining, cancel := graceAfter(ctx, s.Process.ShutdownTimeout)
	defer cancel()
	var sweeps sync.WaitGroup
	sweeps.Go(func() { p.worker.Sweep(running) })
	sweeps.Go(func() { p.lost.Run(running) })
	sweeps.Go(func() { p.heal(running) })
	err = p.subscriber.Run(running)
	ready.stopping.Store(true)
	if ctx.Err() != nil {
		p.log.InfoContext(ctx, "Worker stopping", "timeout_ms", s.Process.ShutdownTimeout.Milliseconds())
	}
	stop()
	sweeps.Wait()
	err = errors.Join(err, p.worker.Drain(draining), probes.close())
	p.log.InfoContext(ctx, "Worker stopped")
	return err
}

// graceAfter is a context that ends the given time after ctx.
func graceAfter(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(lasting, func() { timer.Stop() })
	})
	return lasting, func() {
		stop()
		cancel()
	}
}

// probes serve a worker's health and metrics.
type probes struct {
	port  int // 0: none
	close func() error
}

func newProbes(ctx context.Context, s settings.Worker, p workerParts, ready *readiness) (probes, error) {
	if s.Port == nil {
		return probes{close: func() error { return nil }}, nil
	}
	l, err := listen(ctx, *s.Port)
	if err != nil {
		return probes{}, fmt.Errorf("WORKER_PORT: %w", err)
	}
	checks := append([]httpapi.Check{{Name: "process", Ping: ready.Ping}}, p.checks...)
	srv := newHTTPServer(httpapi.NewProbes(checks, p.metrics, s.Process.Profiles, p.log), 0)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	return probes{port: portOf(l), close: func() error {
		err := srv.Close()
		if serveErr := <-served; !errors.Is(serveErr, http.ErrServerClosed) {
			err = errors.Join(err, serveErr)
		}
		return err
	}}, nil
}
