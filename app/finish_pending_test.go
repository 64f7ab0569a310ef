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

// finish runs n servers' sweeps until the test ends or stop is called.
func finish(t *testing.T, s *faulty, c domain.Classifier, n int) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var all sync.WaitGroup
	for range n {
		uc := app.NewFinishPending(s, now(s, c, 5*time.Second), quiet)
		all.Go(func() { uc.Run(ctx) })
	}
	stop = func() {
		cancel()
		all.Wait()
	}
	t.Cleanup(stop)
	return stop
}

func TestFinishPending(t *testing.T) {
	t.Parallel()

	t.Run("what a crash left is finished once, by any number of servers", func(t *testing.T) {
		t.Parallel()
		s, c := &faulty{Store: newStore(t)}, &scripted{}
		left := add(t, s, 30, time.Millisecond)
		busy := add(t, s, 1, time.Hour)[0]
		stop := finish(t, s, c, 3)
		eventually(t, "all are done", func() bool {
			for _, ticket := range left {
				if load(t, s, ticket.ID()).AIStatus() != domain.AIStatusDone {
					return false
				}
			}
			return true
		})
		stop()
		require.EqualValues(t, len(left), c.calls.Load())
		require.Equal(t, domain.AIStatusPending, load(t, s, busy.ID()).AIStatus(), "who holds a lease is not disturbed")
		require.Equal(t, []int{2}, attempts(record(t, s, left[0].ID())), "the crash counts")
	})

	t.Run("attempts that crashes spent count, and no further call is made", func(t *testing.T) {
		t.Parallel()
		s, c := &faulty{Store: newStore(t)}, &scripted{}
		id := addOne(t, s).ID()
		for range 5 {
			eventually(t, "the lease of the one before ends", func() bool {
				_, err := s.ClaimTicket(t.Context(), id, time.Millisecond)
				return err == nil
			})
		}
		finish(t, s, c, 1)
		eventually(t, "it falls back", func() bool { return load(t, s, id).AIStatus() == domain.AIStatusFallback })
		require.Zero(t, c.calls.Load())
		require.Equal(t, []string{"attempts_spent"}, codes(record(t, s, id)))
	})

	t.Run("what nobody ever claimed is taken after a lease's time, and a store that is away is waited for", func(t *testing.T) {
		t.Parallel()
		s, away := &faulty{Store: newStore(t)}, atomic.Int32{}
		s.due = func(ctx context.Context, n int, lease, forgotten time.Duration) ([]ports.Claim, error) {
			if away.Add(1) <= 2 {
				return nil, domain.ErrStoreUnavailable
			}
			if forgotten != app.Lease(5*time.Second) {
				return nil, errBroken
			}
			return s.Store.ClaimDue(ctx, n, lease, time.Nanosecond) // as if that time were over
		}
		id := addOne(t, s).ID()
		finish(t, s, &scripted{}, 1)
		eventually(t, "it is done", func() bool { return load(t, s, id).AIStatus() == domain.AIStatusDone })
	})

	t.Run("what is in hand at the stop is finished", func(t *testing.T) {
		t.Parallel()
		s, begun := &faulty{Store: newStore(t)}, make(chan struct{})
		id := add(t, s, 1, time.Nanosecond)[0].ID()
		stop := finish(t, s, domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
			close(begun)
			time.Sleep(50 * time.Millisecond) // the model's work
			return billing(), ctx.Err()
		}), 1)
		<-begun
		stop()
		require.Equal(t, domain.AIStatusDone, load(t, s, id).AIStatus())
	})
}
