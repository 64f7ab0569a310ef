package classification_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
)

func TestWorkerTakesEvents(t *testing.T) {
	t.Parallel()

	t.Run("a pending ticket is classified by the text of its row", func(t *testing.T) {
		t.Parallel()
		var read domain.Text
		b := newBench(t, domain.ClassifierFunc(func(_ context.Context, text domain.Text) (domain.Answer, error) {
			read = text
			return fakes.Billing(), nil
		}), classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		ticket := fakes.AddOne(t, b.store)
		b.take(ticket.ID())
		done := b.ends(ticket.ID())
		require.Equal(t, domain.AIStatusDone, done.AIStatus())
		require.Equal(t, domain.CategoryBilling, done.Category())
		require.Equal(t, ticket.Text(), read)
		require.Equal(t, []int{1}, fakes.Attempts(fakes.Record(t, b.store, ticket.ID())))
	})

	t.Run("an event for a ticket that is finished, claimed, not due or gone costs nothing", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{}
		b := newBench(t, c, classification.WorkerLimits{Slots: 1,
			Policy: domain.RetryPolicy{MaxAttempts: 3, Base: time.Hour, Cap: time.Hour}})
		finished, claimed, waiting := fakes.AddOne(t, b.store), fakes.Add(t, b.store, 1,
			ports.Lease{Time: time.Hour})[0],
			fakes.AddOne(t, b.store)
		b.take(finished.ID())
		b.ends(finished.ID())
		c.Script = []error{nil, domain.ErrClassifierUnavailable}
		b.take(waiting.ID())
		fakes.Eventually(t, "it waits in its row",
			func() bool { return len(fakes.Record(t, b.store, waiting.ID())) == 1 && b.worker.InFlight() == 0 })
		for range 3 {
			for _, id := range []domain.TicketID{finished.ID(), claimed.ID(), waiting.ID(), 999} {
				b.take(id)
			}
		}
		require.NoError(t, b.drain(fakes.Limit))
		require.EqualValues(t, 2, c.Calls.Load())
		require.Equal(t, domain.AIStatusPending, fakes.Load(t, b.store, claimed.ID()).AIStatus())
	})

	t.Run("never more are in flight than there are slots, and all slots are used", func(t *testing.T) {
		t.Parallel()
		const slots, tickets = 5, 40
		var now, most atomic.Int32
		full := make(chan struct{})
		b := newBench(t, domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			n := now.Add(1)
			defer now.Add(-1)
			if n == slots && most.CompareAndSwap(0, slots) {
				close(full)
			}
			if n > slots {
				most.Store(n)
			}
			<-full // nobody ends before all slots were in use
			return fakes.Billing(), nil
		}), classification.WorkerLimits{Slots: slots, Policy: fakes.Soon(3)})
		list := fakes.Add(t, b.store, tickets, ports.Lease{})
		var subscriptions sync.WaitGroup
		for s := range 3 {
			subscriptions.Go(func() {
				for i := s; i < tickets; i += 3 {
					b.take(list[i].ID())
				}
			})
		}
		subscriptions.Wait()
		require.NoError(t, b.drain(fakes.Limit))
		for _, ticket := range list {
			require.Equal(t, domain.AIStatusDone, fakes.Load(t, b.store, ticket.ID()).AIStatus())
		}
		require.EqualValues(t, slots, most.Load())
	})

	t.Run("two workers and repeated events never pay twice", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{}
		b := newBench(t, c, classification.WorkerLimits{Slots: 8, Policy: fakes.Soon(3)})
		other := classification.NewWorker(b.store, c, b.letters,
			classification.WorkerLimits{Slots: 8, Timeout: time.Second, Policy: fakes.Soon(3)}, fakes.Clock,
			ports.NoMeter{}, fakes.Quiet)
		list := fakes.Add(t, b.store, 30, ports.Lease{})
		var all sync.WaitGroup
		for _, w := range []*classification.Worker{b.worker, other, b.worker, other} {
			all.Go(func() {
				for _, ticket := range list {
					if err := w.TakeEvent(b.ctx, ticket.ID()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		require.NoError(t, b.drain(fakes.Limit))
		require.NoError(t, other.Drain(t.Context()))
		require.EqualValues(t, len(list), c.Calls.Load())
	})

	t.Run("a closed ticket is classified like an open one", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, &fakes.Scripted{}, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		ticket := fakes.AddOne(t, b.store)
		ticket.Close(time.Now())
		require.NoError(t, b.store.SaveTicket(t.Context(), ticket))
		b.take(ticket.ID())
		done := b.ends(ticket.ID())
		require.Equal(t, domain.AIStatusDone, done.AIStatus())
		require.Equal(t, domain.StatusClosed, done.Status())
	})
}
