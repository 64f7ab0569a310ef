package app_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
)

// attic has rows that are old enough to go; each step takes a tenth of a second.
type attic struct {
	ports.DeliveryQueue
	mu                        sync.Mutex
	events, deliveries, steps int
	broken                    bool
	keep                      time.Duration
}

func (a *attic) take(from *int, keep time.Duration, limit int) (int, error) {
	time.Sleep(100 * time.Millisecond)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken {
		return 0, domain.ErrStoreUnavailable
	}
	a.steps++
	a.keep = keep
	n := min(*from, limit)
	*from -= n
	return n, nil
}

func (a *attic) become(broken bool, events int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.broken, a.events = broken, events
}

func (a *attic) SweepEvents(_ context.Context, keep time.Duration, limit int) (int, error) {
	return a.take(&a.events, keep, limit)
}

func (a *attic) SweepDeliveries(_ context.Context, keep time.Duration, limit int) (int, error) {
	return a.take(&a.deliveries, keep, limit)
}

func TestOldEventsAndDeliveriesAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &attic{events: 1200, deliveries: 700}
		ctx, cancel := context.WithCancel(t.Context())
		go app.NewSweepEvents(a, a, 30*24*time.Hour, fakes.Quiet).Run(ctx)
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Zero(t, a.events+a.deliveries)
		require.Equal(t, 5, a.steps, "in bounded steps")
		require.Equal(t, 30*24*time.Hour, a.keep)
		a.become(true, 0)
		time.Sleep(time.Hour)
		a.become(false, 3)
		time.Sleep(time.Hour)
		synctest.Wait()
		require.Zero(t, a.events, "a store that was away does not end it")
		cancel()
	})
}
