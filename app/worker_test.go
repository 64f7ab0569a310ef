package app_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

func TestWorkerTakesEvents(t *testing.T) {
	t.Parallel()

	t.Run("a pending ticket is classified by the text of its row", func(t *testing.T) {
		t.Parallel()
		var read domain.Text
		b := newBench(t, domain.ClassifierFunc(func(_ context.Context, text domain.Text) (domain.Answer, error) {
			read = text
			return billing(), nil
		}), app.WorkerLimits{Slots: 1, Policy: soon(3)})
		ticket := addOne(t, b.store)
		b.take(ticket.ID())
		done := b.ends(ticket.ID())
		require.Equal(t, domain.AIStatusDone, done.AIStatus())
		require.Equal(t, domain.CategoryBilling, done.Category())
		require.Equal(t, ticket.Text(), read)
		require.Equal(t, []int{1}, attempts(record(t, b.store, ticket.ID())))
	})

	t.Run("an event for a ticket that is finished, claimed, not due or missing is done unpaid", func(t *testing.T) {
		t.Parallel()
		c := &scripted{}
		b := newBench(t, c, app.WorkerLimits{Slots: 1, Policy: domain.RetryPolicy{MaxAttempts: 3, Base: time.Hour, Cap: time.Hour}})
		finished, claimed, waiting := addOne(t, b.store), add(t, b.store, 1, time.Hour)[0], addOne(t, b.store)
		b.take(finished.ID())
		b.ends(finished.ID())
		c.script = []error{nil, domain.ErrClassifierUnavailable}
		b.take(waiting.ID())
		eventually(t, "it waits in its row", func() bool { return len(record(t, b.store, waiting.ID())) == 1 && b.worker.InFlight() == 0 })
		for range 3 {
			for _, id := range []domain.TicketID{finished.ID(), claimed.ID(), waiting.ID(), 999} {
				b.take(id)
			}
		}
		require.NoError(t, b.drain(limit))
		require.EqualValues(t, 2, c.calls.Load())
		require.Equal(t, domain.AIStatusPending, load(t, b.store, claimed.ID()).AIStatus())
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
			return billing(), nil
		}), app.WorkerLimits{Slots: slots, Policy: soon(3)})
		list := add(t, b.store, tickets, 0)
		var subscriptions sync.WaitGroup
		for s := range 3 {
			subscriptions.Go(func() {
				for i := s; i < tickets; i += 3 {
					b.take(list[i].ID())
				}
			})
		}
		subscriptions.Wait()
		require.NoError(t, b.drain(limit))
		for _, ticket := range list {
			require.Equal(t, domain.AIStatusDone, load(t, b.store, ticket.ID()).AIStatus())
		}
		require.EqualValues(t, slots, most.Load())
	})

	t.Run("two workers and repeated events never pay twice", func(t *testing.T) {
		t.Parallel()
		c := &scripted{}
		b := newBench(t, c, app.WorkerLimits{Slots: 8, Policy: soon(3)})
		other := app.NewWorker(b.store, c, b.letters, app.WorkerLimits{Slots: 8, Timeout: time.Second, Policy: soon(3)}, clock, ports.NoMeter{}, quiet)
		list := add(t, b.store, 30, 0)
		var all sync.WaitGroup
		for _, w := range []*app.Worker{b.worker, other, b.worker, other} {
			all.Go(func() {
				for _, ticket := range list {
					if err := w.TakeEvent(b.ctx, ticket.ID()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		require.NoError(t, b.drain(limit))
		require.NoError(t, other.Drain(t.Context()))
		require.EqualValues(t, len(list), c.calls.Load())
	})

	t.Run("a closed ticket is classified like an open one", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, &scripted{}, app.WorkerLimits{Slots: 1, Policy: soon(3)})
		ticket := addOne(t, b.store)
		ticket.Close()
		require.NoError(t, b.store.SaveTicket(t.Context(), ticket))
		b.take(ticket.ID())
		done := b.ends(ticket.ID())
		require.Equal(t, domain.AIStatusDone, done.AIStatus())
		require.Equal(t, domain.StatusClosed, done.Status())
	})
}
