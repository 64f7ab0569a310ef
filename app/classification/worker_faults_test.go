package classification_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
)

var errBroken = errors.New("broken")

func TestWorkerAndAStoreThatIsAway(t *testing.T) {
	t.Parallel()

	t.Run("an event waits for the store and costs no attempt", func(t *testing.T) {
		t.Parallel()
		c, away := &fakes.Scripted{}, atomic.Int32{}
		b := newBench(t, c, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		b.store.OnClaim = func(ctx context.Context, id domain.TicketID, lease ports.Lease) (ports.Claim, error) {
			if away.Add(1) <= 3 {
				return ports.Claim{}, domain.ErrStoreUnavailable
			}
			return b.store.Store.ClaimTicket(ctx, id, lease)
		}
		ticket := fakes.AddOne(t, b.store)
		b.take(ticket.ID())
		require.Equal(t, domain.AIStatusDone, b.ends(ticket.ID()).AIStatus())
		require.Equal(t, []int{1}, fakes.Attempts(fakes.Record(t, b.store, ticket.ID())))
	})

	t.Run("an event that waits for the store goes back when the worker stops", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, &fakes.Scripted{}, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		b.store.OnClaim = func(context.Context, domain.TicketID, ports.Lease) (ports.Claim, error) {
			b.stop()
			return ports.Claim{}, domain.ErrStoreUnavailable
		}
		require.Error(t, b.worker.TakeEvent(b.ctx, 1))
		require.Zero(t, b.worker.InFlight())
	})

	t.Run("a paid answer is held until the store is back", func(t *testing.T) {
		t.Parallel()
		c, away := &fakes.Scripted{}, atomic.Int32{}
		b := newBench(t, c, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		b.store.OnSave = func(ctx context.Context, ticket domain.Ticket) error {
			if away.Add(1) <= 3 {
				return domain.ErrStoreUnavailable
			}
			return b.store.Store.SaveTicket(ctx, ticket)
		}
		ticket := fakes.AddOne(t, b.store)
		b.take(ticket.ID())
		require.Equal(t, domain.AIStatusDone, b.ends(ticket.ID()).AIStatus())
		require.EqualValues(t, 1, c.Calls.Load())
	})

	t.Run("a failed attempt is held until the store is back", func(t *testing.T) {
		t.Parallel()
		c, away := &fakes.Scripted{Script: []error{domain.ErrClassifierUnavailable}}, atomic.Int32{}
		b := newBench(t, c, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		b.store.OnRelease = func(ctx context.Context, claim ports.Claim, r ports.Release) error {
			if away.Add(1) <= 3 {
				return domain.ErrStoreUnavailable
			}
			return b.store.Store.ReleaseClaim(ctx, claim, r)
		}
		ticket := fakes.AddOne(t, b.store)
		b.sweep()
		b.take(ticket.ID())
		b.ends(ticket.ID())
		require.Equal(t, []int{1, 2}, fakes.Attempts(fakes.Record(t, b.store, ticket.ID())))
	})

	t.Run("a dead letter waits until the queue is back", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, fakes.Failing(domain.ErrClassifierKey),
			classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		away := &domain.Error{Kind: domain.KindUnavailable, Code: "redis_unavailable", Message: "away"}
		b.letters.Errs = []error{away, away, away}
		ticket := fakes.AddOne(t, b.store)
		b.take(ticket.ID())
		require.Equal(t, domain.AIStatusFallback, b.ends(ticket.ID()).AIStatus())
		require.Len(t, b.letters.Buried(), 1)
	})

	t.Run("a dead letter that waits holds no slot", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, fakes.Failing(domain.ErrClassifierKey),
			classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		for range 20 { // for 5 s
			b.letters.Errs = append(b.letters.Errs, domain.ErrStoreUnavailable)
		}
		first, second := fakes.AddOne(t, b.store), fakes.AddOne(t, b.store)
		b.take(first.ID())
		b.take(second.ID())
		require.Empty(t, b.letters.Buried())
		b.ends(second.ID())
		require.Len(t, b.letters.Buried(), 2)
	})

	t.Run("a row that cannot be claimed for another reason does not stop the reading", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, &fakes.Scripted{}, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		b.store.OnClaim = func(context.Context, domain.TicketID, ports.Lease) (ports.Claim, error) {
			return ports.Claim{}, errBroken
		}
		b.take(1)
		require.Zero(t, b.worker.InFlight())
	})
}

func TestWorkerStops(t *testing.T) {
	t.Parallel()

	t.Run("a claim under way at the stop is carried out, since the row may have it", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{}
		b := newBench(t, c, classification.WorkerLimits{Slots: 2, Policy: fakes.Soon(3)})
		first, second := fakes.AddOne(t, b.store), fakes.Add(t, b.store, 1, ports.Lease{Time: time.Nanosecond})[0]
		b.store.OnClaim = func(ctx context.Context, id domain.TicketID, lease ports.Lease) (ports.Claim, error) {
			b.stop()
			return b.store.Store.ClaimTicket(ctx, id, lease)
		}
		require.NoError(t, b.worker.TakeEvent(b.ctx, first.ID()), "the event may be acknowledged")
		b.ctx, b.stop = context.WithCancel(context.WithoutCancel(t.Context()))
		b.store.OnDue = func(
			ctx context.Context, n int, lease ports.Lease, forgotten time.Duration,
		) ([]ports.Claim, error) {
			b.stop()
			return b.store.Store.ClaimDue(ctx, n, lease, forgotten)
		}
		b.worker.Sweep(b.ctx)
		require.NoError(t, b.drain(fakes.Limit))
		for _, ticket := range []domain.Ticket{first, second} {
			require.Equal(t, domain.AIStatusDone, fakes.Load(t, b.store, ticket.ID()).AIStatus())
		}
		require.EqualValues(t, 2, c.Calls.Load())
	})

	t.Run("no event is taken after the stop", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, &fakes.Scripted{}, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		ticket := fakes.AddOne(t, b.store)
		b.stop()
		for range 20 { // a free slot and the end compete
			require.ErrorIs(t, b.worker.TakeEvent(b.ctx, ticket.ID()), context.Canceled)
		}
		require.Zero(t, b.worker.InFlight())
	})

	t.Run("what is in flight is waited for", func(t *testing.T) {
		t.Parallel()
		begun, release := make(chan struct{}), make(chan struct{})
		b := newBench(t, domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			close(begun)
			<-release
			return fakes.Billing(), nil
		}), classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		ticket := fakes.AddOne(t, b.store)
		b.take(ticket.ID())
		<-begun
		b.stop()
		time.AfterFunc(50*time.Millisecond, func() { close(release) })
		require.NoError(t, b.drain(fakes.Limit))
		require.Equal(t, domain.AIStatusDone, fakes.Load(t, b.store, ticket.ID()).AIStatus())
	})

	t.Run("what takes too long is cut off, said so, and left to its lease", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
			<-ctx.Done()
			return domain.Answer{}, domain.ErrClassifierUnavailable.With(ctx.Err())
		}), classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		ticket := fakes.AddOne(t, b.store)
		b.take(ticket.ID())
		require.ErrorIs(t, b.drain(50*time.Millisecond), context.DeadlineExceeded)
		require.Equal(t, domain.AIStatusPending, fakes.Load(t, b.store, ticket.ID()).AIStatus())
		_, err := b.store.ClaimTicket(t.Context(), ticket.ID(), ports.Lease{Time: time.Second})
		require.ErrorIs(t, err, domain.ErrNotClaimable, "the lease holds")
		require.Empty(t, b.letters.Buried())
	})
}
