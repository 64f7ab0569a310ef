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

// provider answers 429 to everything until it is healthy.
type provider struct {
	healthy     atomic.Bool
	asks        time.Duration // Retry-After
	calls       atomic.Int32
	now, peak   atomic.Int32
	work        time.Duration
	mu          sync.Mutex
	refusals    []time.Time
	answeredYes atomic.Int32
}

func (p *provider) Classify(context.Context, domain.Text) (domain.Answer, error) {
	p.calls.Add(1)
	n := p.now.Add(1)
	defer p.now.Add(-1)
	for peak := p.peak.Load(); n > peak && !p.peak.CompareAndSwap(peak, n); peak = p.peak.Load() {
	}
	time.Sleep(p.work) // the way to the provider and back
	if p.healthy.Load() {
		p.answeredYes.Add(1)
		return billing(), nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusals = append(p.refusals, time.Now())
	e := *domain.ErrThrottled
	e.RetryAfter = p.asks
	return domain.Answer{}, &e
}

// lastRefusal is how long after the first one the last one came.
func (p *provider) lastRefusal() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.refusals) == 0 {
		return 0
	}
	return p.refusals[len(p.refusals)-1].Sub(p.refusals[0])
}

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

	t.Run("a provider that answers 429 to everything pauses the worker as a whole and costs no attempt", func(t *testing.T) {
		t.Parallel()
		const slots, tickets = 8, 60
		p := &provider{work: 300 * time.Millisecond} // long enough for all slots to fill before the first 429
		b := newBench(t, p, app.WorkerLimits{Slots: slots, Policy: soon(2)})
		list := add(t, b.store, tickets, 0)
		b.sweep()
		b.feed(list)
		eventually(t, "the first are refused", func() bool { return p.calls.Load() >= slots && p.now.Load() == 0 })
		first := p.calls.Load()
		p.peak.Store(0)
		eventually(t, "others go ahead", func() bool { return p.calls.Load() >= first+2 && p.now.Load() == 0 })
		require.EqualValues(t, 1, p.peak.Load(), "one goes ahead alone")
		require.Less(t, int(p.calls.Load()), tickets/2, "most tickets were not even tried")

		p.healthy.Store(true)
		for _, ticket := range list {
			require.Equal(t, domain.AIStatusDone, b.ends(ticket.ID()).AIStatus())
			for _, e := range record(t, b.store, ticket.ID()) {
				require.Equal(t, 1, e.Attempt, "a 429 counts no attempt")
			}
		}
		require.EqualValues(t, tickets, p.answeredYes.Load())
		require.Empty(t, b.letters.buried())
	})

	t.Run("nothing is asked before the time that the provider named", func(t *testing.T) {
		t.Parallel()
		const slots = 4
		p := &provider{asks: 4 * time.Second}
		b := newBench(t, p, app.WorkerLimits{Slots: slots, Policy: soon(2)})
		b.sweep()
		b.feed(add(t, b.store, 20, 0))
		eventually(t, "somebody goes ahead and is refused", func() bool { return p.lastRefusal() >= p.asks })
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, at := range p.refusals { // those that were under way when the first was refused, then a pause
			after := at.Sub(p.refusals[0])
			require.True(t, after < p.asks/2 || after >= p.asks, "refused after %v", after)
		}
	})

	t.Run("a single 429 among good answers is put off and done", func(t *testing.T) {
		t.Parallel()
		c := &scripted{script: []error{nil, domain.ErrThrottled}}
		b := newBench(t, c, app.WorkerLimits{Slots: 1, Policy: soon(1)})
		list := add(t, b.store, 3, 0)
		b.sweep()
		b.feed(list)
		for _, ticket := range list {
			require.Equal(t, domain.AIStatusDone, b.ends(ticket.ID()).AIStatus())
		}
		require.EqualValues(t, 4, c.calls.Load())
	})

	t.Run("a ticket that was put off for 15 minutes counts its attempts", func(t *testing.T) {
		t.Parallel()
		p := &provider{}
		b := newBench(t, p, app.WorkerLimits{Slots: 1, Policy: soon(2)})
		putOff := func(c *ports.Claim) {
			if c.Attempt > 0 {
				c.ThrottledFor = 15 * time.Minute
			}
		}
		b.store.claim = func(ctx context.Context, id domain.TicketID, lease time.Duration) (ports.Claim, error) {
			c, err := b.store.Store.ClaimTicket(ctx, id, lease)
			putOff(&c)
			return c, err
		}
		b.store.due = func(ctx context.Context, n int, lease, forgotten time.Duration) ([]ports.Claim, error) {
			claims, err := b.store.Store.ClaimDue(ctx, n, lease, forgotten)
			for i := range claims {
				putOff(&claims[i])
			}
			return claims, err
		}
		id := addOne(t, b.store).ID()
		b.sweep()
		b.take(id)
		require.Equal(t, domain.AIStatusFallback, b.ends(id).AIStatus())
		require.EqualValues(t, 2, p.calls.Load())
		require.Equal(t, "classifier_throttled", b.letters.buried()[0].Cause)
	})

	t.Run("the store is told that the provider put a ticket off", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, &provider{}, app.WorkerLimits{Slots: 1, Policy: soon(2)})
		told := make(chan ports.Release, 1)
		b.store.release = func(ctx context.Context, c ports.Claim, r ports.Release) error {
			told <- r
			return b.store.Store.ReleaseClaim(ctx, c, r)
		}
		b.take(addOne(t, b.store).ID())
		r := <-told
		require.True(t, r.Throttled)
		require.True(t, r.Uncounted)
		require.Positive(t, r.Wait)
		require.Equal(t, "classifier_throttled", r.Failed.ErrorCode)
	})

	t.Run("a worker that is paused stops at once", func(t *testing.T) {
		t.Parallel()
		p := &provider{asks: time.Hour}
		b := newBench(t, p, app.WorkerLimits{Slots: 2, Policy: soon(2)})
		list := add(t, b.store, 4, 0)
		b.sweep()
		b.feed(list)
		eventually(t, "it is refused", func() bool { return p.calls.Load() > 0 && p.now.Load() == 0 })
		b.stop()
		b.sweeps.Wait()
		require.NoError(t, b.drain(limit))
		require.Zero(t, b.worker.InFlight())
	})
}
