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
	"ticketd/tests/support/stores"
)

// finish runs n servers' sweeps until the test ends or stop is called.
func finish(t *testing.T, s *fakes.Faulty, c domain.Classifier, n int, counts ports.Meter) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var all sync.WaitGroup
	for range n {
		uc := classification.NewFinishPending(s, now(s, c, fakes.Limit), counts, fakes.Quiet)
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
		s, c, counts := &fakes.Faulty{Store: stores.SQLite(t)}, &fakes.Scripted{}, &fakes.Tally{}
		left := fakes.Add(t, s, 30, ports.Lease{Time: time.Millisecond})
		busy := fakes.Add(t, s, 1, ports.Lease{Time: time.Hour})[0]
		stop := finish(t, s, c, 3, counts)
		fakes.Eventually(t, "all are done", func() bool {
			for _, ticket := range left {
				if fakes.Load(t, s, ticket.ID()).AIStatus() != domain.AIStatusDone {
					return false
				}
			}
			return true
		})
		stop()
		require.EqualValues(t, len(left), c.Calls.Load())
		require.Equal(t, map[string]int{"swept due": len(left)}, counts.All())
		require.Equal(t, domain.AIStatusPending, fakes.Load(t, s, busy.ID()).AIStatus(),
			"who holds a lease is not disturbed")
		require.Equal(t, []int{2}, fakes.Attempts(fakes.Record(t, s, left[0].ID())), "the crash counts")
	})

	t.Run("attempts that crashes spent count, and no further call is made", func(t *testing.T) {
		t.Parallel()
		s, c := &fakes.Faulty{Store: stores.SQLite(t)}, &fakes.Scripted{}
		id := fakes.AddOne(t, s).ID()
		for range 5 {
			fakes.Eventually(t, "the lease of the one before ends", func() bool {
				_, err := s.ClaimTicket(t.Context(), id, ports.Lease{Time: time.Millisecond})
				return err == nil
			})
		}
		finish(t, s, c, 1, ports.NoMeter{})
		fakes.Eventually(t, "it falls back",
			func() bool { return fakes.Load(t, s, id).AIStatus() == domain.AIStatusFallback })
		require.Zero(t, c.Calls.Load())
		require.Equal(t, []string{"attempts_spent"}, fakes.Codes(fakes.Record(t, s, id)))
	})

	t.Run("what nobody ever claimed is taken after a lease's time, once the store is back", func(t *testing.T) {
		t.Parallel()
		s, away := &fakes.Faulty{Store: stores.SQLite(t)}, atomic.Int32{}
		s.OnDue = func(
			ctx context.Context, n int, lease ports.Lease, forgotten time.Duration,
		) ([]ports.Claim, error) {
			if away.Add(1) <= 2 {
				return nil, domain.ErrStoreUnavailable
			}
			if forgotten != classification.Lease(fakes.Limit) {
				return nil, errBroken
			}
			return s.Store.ClaimDue(ctx, n, lease, time.Nanosecond) // as if that time were over
		}
		id := fakes.AddOne(t, s).ID()
		finish(t, s, &fakes.Scripted{}, 1, ports.NoMeter{})
		fakes.Eventually(t, "it is done",
			func() bool { return fakes.Load(t, s, id).AIStatus() == domain.AIStatusDone })
	})

	t.Run("what is in hand at the stop is finished", func(t *testing.T) {
		t.Parallel()
		s, begun := &fakes.Faulty{Store: stores.SQLite(t)}, make(chan struct{})
		id := fakes.Add(t, s, 1, ports.Lease{Time: time.Nanosecond})[0].ID()
		stop := finish(t, s, domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
			close(begun)
			time.Sleep(50 * time.Millisecond) // the model's work
			return fakes.Billing(), ctx.Err()
		}), 1, ports.NoMeter{})
		<-begun
		stop()
		require.Equal(t, domain.AIStatusDone, fakes.Load(t, s, id).AIStatus())
	})
}
