package bootstrap

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/postgres"
	"ticketd/adapters/telemetry"
	"ticketd/cmd/settings"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// tryEvery is the pause between two looks at a database that is waited for.
	tryEvery = time.Second
	// awaitTime is how long a process waits for its database before it ends: whoever typed the wrong address
	// learns of it, and a supervisor starts it again.
	awaitTime = 5 * time.Minute
)

// front is where a process serves, the setting that says so, and how long the process waits for its database.
type front struct {
	process, setting string
	port             *int // nil: nowhere
	wait             time.Duration
}

// errStopped: the process was told to stop before it served.
var errStopped = errors.New("stopped while it waited for the database")

func unlessStopped(err error) error {
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}

// openPatiently is openStore that waits for a database which cannot be used now. Meanwhile the process is
// live and not ready.
func (a *App) openPatiently(
	ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger,
) (store, error) {
	st, err := openStore(ctx, s, t, log)
	if err == nil || a.front.wait == 0 {
		return st, err
	}
	if ctx.Err() != nil {
		return nil, errStopped
	}
	if s.SQLite || !postgres.MayPass(err) {
		return nil, err
	}
	outage := retry.NewOutage(log, "the database cannot be used; the "+a.front.process+
		" waits for it, is not ready and tries again; if it should be there, correct DB_URL",
		"the database can be used")
	outage.Note(ctx, err)
	a.watchBacklog()
	var last atomic.Pointer[error]
	last.Store(&err)
	stop, failed := a.serveWaiting(ctx, func(context.Context) error { return *last.Load() })
	if failed != nil {
		return nil, failed
	}
	end := time.Now().Add(a.front.wait)
	for postgres.MayPass(err) && time.Now().Before(end) {
		if retry.Pause(ctx, tryEvery) != nil {
			return nil, errors.Join(errStopped, stop())
		}
		if err = a.tryStore(ctx, s); err == nil {
			st, err = openStore(ctx, s, t, log)
		}
		if now := err; now != nil {
			last.Store(&now)
		}
	}
	failed = stop()
	if ctx.Err() != nil && err != nil {
		return nil, errors.Join(errStopped, failed)
	}
	if failed != nil {
		return nil, errors.Join(err, failed)
	}
	outage.Note(ctx, err)
	return st, err
}

// tryStore looks whether the database takes changes, without a word in the log.
func (a *App) tryStore(ctx context.Context, s settings.Store) error {
	s.Notes, s.Watched = nil, false
	st, _, err := connect(ctx, s, telemetry.Traces{}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(st.Ping(ctx), st.Close())
}

// serveWaiting serves the probes of a process that waits until stop.
func (a *App) serveWaiting(
	ctx context.Context, ping func(context.Context) error,
) (stop func() error, err error) {
	if a.front.port == nil {
		return func() error { return nil }, nil
	}
	l, err := listen(ctx, a.front.setting, *a.front.port)
	if err != nil {
		return nil, err
	}
	waiting := httpapi.NewWaiting(httpapi.Check{Name: "store", Ping: ping}, a.metrics.Handler(), a.log)
	server := newHTTPServer(waiting, 0)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	a.log.InfoContext(ctx, "Waiting for the database", "port", portOf(l))
	return func() error { return errors.Join(server.Close(), unlessClosed(<-served)) }, nil
}

// backlog is that of the store, once there is one and while it takes changes.
type backlog struct{ store atomic.Pointer[store] }

// Backlog implements ports.BacklogReader.
func (b *backlog) Backlog(ctx context.Context) (ports.Backlog, error) {
	st := b.store.Load()
	if st == nil {
		return ports.Backlog{}, domain.ErrStoreUnavailable
	}
	if err := (*st).Ping(ctx); err != nil {
		return ports.Backlog{}, err
	}
	return (*st).Backlog(ctx)
}

func (a *App) watchBacklog() {
	if a.backlog == nil {
		a.backlog = &backlog{}
		a.metrics.WatchBacklog(a.backlog)
	}
}
