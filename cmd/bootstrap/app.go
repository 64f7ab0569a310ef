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
	closers   []func() error         // in the order of opening
}

// Open opens what the settings name. Log lines go to logs. The store comes last, so that what is wrong with
// the rest leaves no new database behind.
func Open(ctx context.Context, s settings.Common, logs io.Writer) (*App, error) {
	a := &App{settings: s, clock: ports.ClockFunc(time.Now), log: newLogger(logs, s.Process.LogLevel)}
	steps := []func(context.Context) error{
		a.openTraces, a.openMetrics, a.openClassifier, a.openQueue, a.openSender, a.openStore,
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
	a.spans, err = telemetry.Start(ctx, a.settings.Telemetry, a.log)
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
	p, err := redisstream.NewPublisher(a.settings.Queue.RedisURL, redisstream.TracedBy(a.spans.Tracer()))
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	a.onClose(p.Close)
	return p, nil
}

// newLetterClient connects to where dead letters are kept.
func (a *App) newLetterClient() (*redisstream.Client, error) {
	c, err := redisstream.NewClient(a.settings.Queue.RedisURL, "letters", letterConnections)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w", err)
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
	a.use(st)
	return nil
}

func (a *App) use(st store) {
	a.store = st
	a.onClose(st.Close)
	if _, empty := st.(standIn); empty {
		return
	}
	a.metrics.WatchBacklog(st)
	a.metrics.WatchPools(st.Pools())
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
	a.use(st)
	return true, nil
}
