package classification_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
)

// feed gives the worker events for all tickets, as subscriptions do, until the bench stops.
func (b *bench) feed(list []domain.Ticket) {
	for part := range 3 {
		b.sweeps.Go(func() {
			for i := part; i < len(list); i += 3 {
				if b.worker.TakeEvent(b.ctx, list[i].ID()) != nil {
					return
				}
			}
		})
	}
}

func TestThrottling(t *testing.T) {
	t.Parallel()

	t.Run("a provider that answers 429 to all pauses the whole worker and costs no attempt", func(t *testing.T) {
		t.Parallel()
		const slots, tickets = 8, 60
		p := &fakes.Provider{Work: 300 * time.Millisecond} // long enough for all slots to fill before the first 429
		b := newBench(t, p, classification.WorkerLimits{Slots: slots, Policy: fakes.Soon(2)})
		list := fakes.Add(t, b.store, tickets, ports.Lease{})
		b.sweep()
		b.feed(list)
		fakes.Eventually(t, "the first are refused",
			func() bool { return p.Calls.Load() >= slots && p.Now.Load() == 0 })
		first := p.Calls.Load()
		p.Peak.Store(0)
		fakes.Eventually(t, "others go ahead",
			func() bool { return p.Calls.Load() >= first+2 && p.Now.Load() == 0 })
		require.EqualValues(t, 1, p.Peak.Load(), "one goes ahead alone")
		require.Less(t, int(p.Calls.Load()), tickets/2, "most tickets were not even tried")

		p.Healthy.Store(true)
		for _, ticket := range list {
			require.Equal(t, domain.AIStatusDone, b.ends(ticket.ID()).AIStatus())
			for _, e := range fakes.Record(t, b.store, ticket.ID()) {
				require.Equal(t, 1, e.Attempt, "a 429 counts no attempt")
			}
		}
		require.EqualValues(t, tickets, p.AnsweredYes.Load())
		require.Empty(t, b.letters.Buried())
	})

	t.Run("nothing is asked before the time that the provider named", func(t *testing.T) {
		t.Parallel()
		const slots = 4
		p := &fakes.Provider{Asks: 4 * time.Second}
		b := newBench(t, p, classification.WorkerLimits{Slots: slots, Policy: fakes.Soon(2)})
		b.sweep()
		b.feed(fakes.Add(t, b.store, 20, ports.Lease{}))
		fakes.Eventually(t, "somebody goes ahead and is refused", func() bool { return p.LastRefusal() >= p.Asks })
		p.Mu.Lock()
		defer p.Mu.Unlock()
		for _, at := range p.Refusals { // those that were under way when the first was refused, then a pause
			after := at.Sub(p.Refusals[0])
			require.True(t, after < p.Asks/2 || after >= p.Asks, "refused after %v", after)
		}
	})

	t.Run("a single 429 among good answers is put off and done", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{Script: []error{nil, domain.ErrThrottled}}
		b := newBench(t, c, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(1)})
		list := fakes.Add(t, b.store, 3, ports.Lease{})
		b.sweep()
		b.feed(list)
		for _, ticket := range list {
			require.Equal(t, domain.AIStatusDone, b.ends(ticket.ID()).AIStatus())
		}
		require.EqualValues(t, 4, c.Calls.Load())
	})

	t.Run("a ticket that was put off for 15 minutes counts its attempts", func(t *testing.T) {
		t.Parallel()
		p := &fakes.Provider{}
		b := newBench(t, p, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(2)})
		putOff := func(c *ports.Claim) {
			if c.Attempt > 0 {
				c.ThrottledFor = 15 * time.Minute
			}
		}
		b.store.OnClaim = func(ctx context.Context, id domain.TicketID, lease ports.Lease) (ports.Claim, error) {
			c, err := b.store.Store.ClaimTicket(ctx, id, lease)
			putOff(&c)
			return c, err
		}
		b.store.OnDue = func(
			ctx context.Context, n int, lease ports.Lease, forgotten time.Duration,
		) ([]ports.Claim, error) {
			claims, err := b.store.Store.ClaimDue(ctx, n, lease, forgotten)
			for i := range claims {
				putOff(&claims[i])
			}
			return claims, err
		}
		id := fakes.AddOne(t, b.store).ID()
		b.sweep()
		b.take(id)
		require.Equal(t, domain.AIStatusFallback, b.ends(id).AIStatus())
		require.EqualValues(t, 2, p.Calls.Load())
		require.Equal(t, "classifier_throttled", b.letters.Buried()[0].Cause)
	})

	t.Run("the store is told that the provider put a ticket off", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, &fakes.Provider{}, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(2)})
		told := make(chan ports.Release, 1)
		b.store.OnRelease = func(ctx context.Context, c ports.Claim, r ports.Release) error {
			told <- r
			return b.store.Store.ReleaseClaim(ctx, c, r)
		}
		b.take(fakes.AddOne(t, b.store).ID())
		r := <-told
		require.True(t, r.Throttled)
		require.True(t, r.Uncounted)
		require.Positive(t, r.Wait)
		require.Equal(t, "classifier_throttled", r.Failed.ErrorCode)
	})

	t.Run("a worker that is paused stops at once", func(t *testing.T) {
		t.Parallel()
		p := &fakes.Provider{Asks: time.Hour}
		b := newBench(t, p, classification.WorkerLimits{Slots: 2, Policy: fakes.Soon(2)})
		list := fakes.Add(t, b.store, 4, ports.Lease{})
		b.sweep()
		b.feed(list)
		fakes.Eventually(t, "it is refused", func() bool { return p.Calls.Load() > 0 && p.Now.Load() == 0 })
		b.stop()
		b.sweeps.Wait()
		require.NoError(t, b.drain(fakes.Limit))
		require.Zero(t, b.worker.InFlight())
	})
}
