package classification_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// beating starts a heart on the clock of a bubble. It beats until the test ends.
func beating(t *testing.T, s ports.ClaimerStore) *classification.Heart {
	t.Helper()
	h := classification.NewHeart(s, ports.ClockFunc(time.Now), fakes.Quiet)
	require.NoError(t, h.Beat(t.Context()))
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var beats sync.WaitGroup
	beats.Go(func() { h.Run(ctx) })
	t.Cleanup(func() {
		stop()
		beats.Wait()
	})
	return h
}

// An attempt may begin as long as the time limit lasts, however much later than the claim that is.
func TestALateAttemptInALongTimeLimitKeepsItsClaim(t *testing.T) {
	t.Parallel()
	const limit, attempts = 2 * time.Minute, 5
	for name, each := range map[string]time.Duration{
		"after one that took most of the time": limit - 10*time.Second,
		"after several that took some":         limit/attempts - time.Second,
		"right at the end":                     limit - 100*time.Millisecond,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, calls, last := stores.SQLite(t), atomic.Int32{}, int32(limit/each)+1
				model := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
					if calls.Add(1) == last {
						return fakes.Billing(), nil
					}
					time.Sleep(each) // of the bubble
					return domain.Answer{}, domain.ErrClassifierUnavailable
				})
				limits := classification.ClassifyLimits{
					Timeout: limit, Policy: fakes.Soon(attempts + 1), Heart: beating(t, &claimers{}),
				}
				uc := classification.NewClassifyNow(s, model, limits, ports.ClockFunc(time.Now), ports.NoMeter{},
					fakes.Quiet)
				lease := uc.Lease()
				done := uc.Start(t.Context(), fakes.Add(t, s, 1, lease)[0], lease)
				require.Equal(t, domain.AIStatusDone, done.AIStatus())
				require.Equal(t, last, calls.Load())
				require.Len(t, fakes.Record(t, s, done.ID()), int(last))
			})
		})
	}
}

// hanging is a store whose looks at the claims of others take as long as they may.
type hanging struct {
	claimers
	mu    sync.Mutex
	began []time.Time // the beats
}

func (h *hanging) Beat(ctx context.Context, id ports.ClaimerID) (alive, dead bool, err error) {
	h.mu.Lock()
	h.began = append(h.began, time.Now())
	h.mu.Unlock()
	return h.claimers.Beat(ctx, id)
}

func (h *hanging) EndDead(ctx context.Context, id ports.ClaimerID) (int, error) {
	_, _ = h.claimers.EndDead(ctx, id)
	<-ctx.Done()
	return 0, domain.ErrStoreUnavailable.With(ctx.Err())
}

func TestASlowLookAtOthersDelaysNoBeat(t *testing.T) {
	t.Parallel()
	for name, dead := range map[string]int{"for strays": 0, "after one that died": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &hanging{claimers: claimers{dead: dead}}
				beating(t, s)
				for range 20 {
					s.change(func(s *claimers) { s.dead = dead })
					time.Sleep(4 * time.Second) // of the bubble
				}
				synctest.Wait()
				s.mu.Lock()
				defer s.mu.Unlock()
				require.Greater(t, len(s.began), 20)
				for i, at := range s.began[1:] {
					require.Less(t, at.Sub(s.began[i]), ports.ClaimerGap, "it may go on judging others")
				}
				require.Greater(t, s.looks, 2)
			})
		})
	}
}
