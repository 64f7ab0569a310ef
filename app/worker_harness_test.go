package app_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/sqlite"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// soon is a policy whose waits do not count.
func soon(attempts int) domain.RetryPolicy {
	return domain.RetryPolicy{MaxAttempts: attempts, Base: time.Millisecond, Cap: 10 * time.Millisecond}
}

// faulty is a store whose calls a test may replace; nil goes through.
type faulty struct {
	*sqlite.Store
	claim   func(ctx context.Context, id domain.TicketID, lease time.Duration) (ports.Claim, error)
	due     func(ctx context.Context, limit int, lease, forgotten time.Duration) ([]ports.Claim, error)
	save    func(ctx context.Context, t domain.Ticket) error
	release func(ctx context.Context, c ports.Claim, r ports.Release) error
}

func (f *faulty) ClaimTicket(ctx context.Context, id domain.TicketID, lease time.Duration) (ports.Claim, error) {
	if f.claim != nil {
		return f.claim(ctx, id, lease)
	}
	return f.Store.ClaimTicket(ctx, id, lease)
}

func (f *faulty) ClaimDue(ctx context.Context, limit int, lease, forgotten time.Duration) ([]ports.Claim, error) {
	if f.due != nil {
		return f.due(ctx, limit, lease, forgotten)
	}
	return f.Store.ClaimDue(ctx, limit, lease, forgotten)
}

func (f *faulty) SaveTicket(ctx context.Context, t domain.Ticket) error {
	if f.save != nil {
		return f.save(ctx, t)
	}
	return f.Store.SaveTicket(ctx, t)
}

func (f *faulty) ReleaseClaim(ctx context.Context, c ports.Claim, r ports.Release) error {
	if f.release != nil {
		return f.release(ctx, c, r)
	}
	return f.Store.ReleaseClaim(ctx, c, r)
}

// bench is a worker with what it works on.
type bench struct {
	t       *testing.T
	store   *faulty
	letters *graveyard
	worker  *app.Worker
	sweeps  sync.WaitGroup
	stop    context.CancelFunc
	ctx     context.Context
}

func newBench(t *testing.T, c domain.Classifier, limits app.WorkerLimits) *bench {
	t.Helper()
	return newCountedBench(t, c, limits, ports.NoMeter{})
}

func newCountedBench(t *testing.T, c domain.Classifier, limits app.WorkerLimits, counts ports.Meter) *bench {
	t.Helper()
	if limits.Timeout == 0 {
		limits.Timeout = 10 * time.Second
	}
	b := &bench{t: t, store: &faulty{Store: newStore(t)}, letters: &graveyard{}}
	b.ctx, b.stop = context.WithCancel(context.WithoutCancel(t.Context()))
	b.worker = app.NewWorker(b.store, c, b.letters, limits, clock, counts, quiet)
	t.Cleanup(func() {
		b.stop()
		b.sweeps.Wait()
		_ = b.drain(limit) // a test that cares about it asks before
	})
	return b
}

// sweep lets the worker look for due tickets until the end of the test.
func (b *bench) sweep() { b.sweeps.Go(func() { b.worker.Sweep(b.ctx) }) }

func (b *bench) drain(within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), within)
	defer cancel()
	return b.worker.Drain(ctx)
}

func (b *bench) take(id domain.TicketID) {
	b.t.Helper()
	require.NoError(b.t, b.worker.TakeEvent(b.ctx, id))
}

// ends waits until the ticket is no longer pending and the worker has nothing in flight.
func (b *bench) ends(id domain.TicketID) domain.Ticket {
	b.t.Helper()
	eventually(b.t, "the ticket is finished", func() bool {
		return load(b.t, b.store, id).AIStatus() != domain.AIStatusPending && b.worker.InFlight() == 0
	})
	return load(b.t, b.store, id)
}
