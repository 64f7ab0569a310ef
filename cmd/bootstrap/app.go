package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"ticketd/adapters/metrics"
	"ticketd/adapters/openai"
	"ticketd/adapters/postgres"
	"ticketd/adapters/redisstream"
	"ticketd/adapters/telemetry"
	"ticketd/adapters/webhook"
	"ticketd/app"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// App is the program over what its settings name, opened and wired.
type App struct {
	settings  settings.Common
	clock     ports.Clock
	log       *slog.Logger
	spans     telemetry.Traces
	metrics   *metrics.Metrics
	candidate Candidate              // zero unless this process classifies
	publisher *redisstream.Publisher // nil unless other processes classify
	letters   ports.DeadLetters      // nil unless a command is about them
	sender    *webhook.Sender        // nil unless this process tells webhooks of events
	feed      *app.FollowEvents      // nil unless this process serves events
	store     store                  // nil unless the settings name one
	front     front                  // where this process serves
	backlog   *backlog               // nil until it is watched
	reads     reads                  // the store, or what shares its reads with replicas
	closers   []func() error         // in the order of opening
}

// Open opens what the settings name. Log lines go to logs. The store comes last, so that what is wrong with
// the rest leaves no new database behind.
func Open(ctx context.Context, s settings.Common, logs io.Writer) (*App, error) {
	return openAt(ctx, s, front{}, logs)
}

// openAt is Open for a process that serves. It waits for a database that cannot be used now.
func openAt(ctx context.Context, s settings.Common, at front, logs io.Writer) (*App, error) {
	log, flush := newBusyLogger(logs, s.Process.LogLevel)
	a := &App{settings: s, clock: ports.ClockFunc(time.Now), log: log, front: at}
	a.onClose(func() error {
		_ = flush() // where the log cannot be written there is nobody left to tell
		return nil
	})
	steps := []func(context.Context) error{
		a.openMetrics, a.openTraces, a.openClassifier, a.openQueue, a.openSender, a.openStore,
	}
	for _, open := range steps {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

// Close closes everything, what was opened last first.
func (a *App) Close() error {
	var errs []error
	for _, closeOne := range slices.Backward(a.closers) {
		errs = append(errs, closeOne())
	}
	a.closers = nil
	return errors.Join(errs...)
}

func (a *App) onClose(closeOne func() error) { a.closers = append(a.closers, closeOne) }

func (a *App) openTraces(ctx context.Context) (err error) {
	o := a.settings.Telemetry
	if o.Endpoint != "" {
		o.Failed = a.metrics.WatchTraces()
	}
	a.spans, err = telemetry.Start(ctx, o, a.log)
	a.onClose(func() error {
		a.spans.Stop(ctx)
		return nil
	})
	return err
}

func (a *App) openMetrics(context.Context) error {
	s := a.settings.Classifier
	o := metrics.Options{Price: a.settings.Price}
	o.Version, o.Revision = Build()
	if s.Name != settings.ClassifierLocal {
		o.Model, o.Parameters = s.Model, openai.ParameterNames()
	}
	a.metrics = metrics.New(o)
	return nil
}

func (a *App) openClassifier(ctx context.Context) (err error) {
	s := a.settings.Classifier
	if a.settings.Queue.Use || s.Name == "" {
		return nil
	}
	noteOffline(ctx, s, a.log)
	w := watchers{
		meter: a.metrics, tracer: a.spans.Tracer(), log: a.log,
		dropped: a.metrics.ParameterDropped, probed: a.metrics.Probed,
	}
	a.candidate, err = newCandidate(s, w)
	a.onClose(func() error {
		a.candidate.Close()
		return nil
	})
	return err
}

func (a *App) openQueue(ctx context.Context) (err error) {
	if a.settings.Queue.Use {
		if a.publisher, err = a.newPublisher(); err != nil {
			return err
		}
	}
	if !a.settings.Queue.Letters {
		return nil
	}
	client, err := a.newLetterClient()
	if err != nil {
		return err
	}
	if err := client.Ping(ctx); err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	a.letters = redisstream.NewDeadLetters(client)
	return nil
}

func (a *App) newPublisher() (*redisstream.Publisher, error) {
	p, err := redisstream.NewPublisher(a.settings.Queue.Redis, redisstream.TracedBy(a.spans.Tracer()))
	if err != nil {
		return nil, err
	}
	a.onClose(p.Close)
	return p, nil
}

// newLetterClient connects to where dead letters are kept.
func (a *App) newLetterClient() (*redisstream.Client, error) {
	c, err := redisstream.NewClient(a.settings.Queue.Redis, "letters", letterConnections)
	if err != nil {
		return nil, err
	}
	a.onClose(c.Close)
	return c, nil
}

func (a *App) openStore(ctx context.Context) error {
	if a.settings.Store.URL == "" {
		return nil
	}
	open := openStore
	switch a.settings.Store.Opening {
	case settings.OpenToServe:
		open = a.openPatiently
	case settings.OpenExisting:
		open = openExisting
	case settings.OpenToLook:
		open = openToLook
	case settings.OpenLater:
		open = openLater
	}
	st, err := open(ctx, a.settings.Store, a.spans, a.log)
	if err != nil {
		return err
	}
	return a.use(st)
}

func (a *App) use(st store) error {
	a.store, a.reads = st, st
	a.onClose(st.Close)
	if _, empty := st.(standIn); empty {
		return nil
	}
	a.watchBacklog()
	a.backlog.store.Store(&st)
	a.metrics.WatchPools(st.Pools())
	a.metrics.WatchDropped(st.Dropped)
	if primary, ok := st.(*postgres.Store); ok && a.settings.Store.ReadURL != "" {
		return a.useReplicas(primary)
	}
	return nil
}

func (a *App) useReplicas(primary *postgres.Store) error {
	for _, note := range a.settings.Store.ReadNotes {
		a.log.Warn("DB_READ_URL: " + note)
	}
	r, err := postgres.NewReader(primary, a.settings.Store.ReadURL, postgres.ReaderOptions{
		MaxConns: a.settings.Store.MaxConns, Pooler: a.settings.Store.Pooler,
		OpenDB: a.spans.OpenDB("postgresql"), Meter: a.metrics.WatchReplicas(), Log: a.log,
	})
	if err != nil {
		return fmt.Errorf("DB_READ_URL: %w", err)
	}
	a.reads = r
	a.onClose(r.Close)
	a.metrics.WatchPools(r.Pools())
	return nil
}

// MakeStore makes the database that another one stands in for. It reports whether it had to: then what was
// wired before works on the other one.
func (a *App) MakeStore(ctx context.Context) (made bool, err error) {
	if _, empty := a.store.(standIn); !empty {
		return false, nil
	}
	st, err := openStore(ctx, a.settings.Store, a.spans, a.log)
	if err != nil {
		return false, err
	}
	return true, a.use(st)
}
