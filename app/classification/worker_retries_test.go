package classification_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
)

func TestWorkerRetries(t *testing.T) {
	t.Parallel()
	unavailable := domain.ErrClassifierUnavailable

	t.Run("a failed attempt waits in the row, not in the slot", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, fakes.Failing(unavailable),
			classification.WorkerLimits{Slots: 1,
				Policy: domain.RetryPolicy{MaxAttempts: 5, Base: time.Hour, Cap: time.Hour}})
		// With one slot, the second would never be taken.
		for _, ticket := range fakes.Add(t, b.store, 3, ports.Lease{}) {
			b.take(ticket.ID())
		}
		fakes.Eventually(t, "all three have failed", func() bool {
			tried := func(id domain.TicketID) bool { return len(fakes.Record(t, b.store, id)) == 1 }
			return tried(1) && tried(2) && tried(3)
		})
		require.NoError(t, b.drain(fakes.Limit))
		require.Zero(t, b.worker.InFlight())
		require.Empty(t, b.letters.Buried())
	})

	t.Run("a model that fails the first two calls costs three and the ticket is done", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{Script: []error{unavailable, unavailable}}
		b := newBench(t, c, classification.WorkerLimits{Slots: 2, Policy: fakes.Soon(5)})
		b.sweep()
		ticket := fakes.AddOne(t, b.store)
		b.take(ticket.ID())
		require.Equal(t, domain.AIStatusDone, b.ends(ticket.ID()).AIStatus())
		entries := fakes.Record(t, b.store, ticket.ID())
		require.Equal(t, []int{1, 2, 3}, fakes.Attempts(entries))
		require.Equal(t, []string{"classifier_unavailable", "classifier_unavailable", ""}, fakes.Codes(entries))
		require.Empty(t, b.letters.Buried())
	})

	bad := domain.ErrBadAnswer
	for name, end := range map[string]struct {
		script []error
		calls  int
		cause  string
	}{
		"a model that always fails is asked as often as allowed": {
			slices.Repeat([]error{unavailable}, 4), 4, "classifier_unavailable",
		},
		"bad output is asked for once more": {[]error{bad, bad}, 2, "bad_answer"},
		"bad output counts anew after another failure": {
			[]error{bad, unavailable, bad, bad}, 4, "bad_answer",
		},
		"a refused key is not tried again": {[]error{domain.ErrClassifierKey}, 1, "classifier_key"},
		"a refused request is not tried again": {
			[]error{unavailable, domain.ErrClassifierRefused}, 2, "classifier_refused",
		},
		"an unknown failure is our fault and worth another try": {
			slices.Repeat([]error{errBroken}, 4), 4, "internal",
		},
	} {
		t.Run(name+", then comes the fallback and a dead letter with the cause", func(t *testing.T) {
			t.Parallel()
			c := &fakes.Scripted{Script: end.script}
			b := newBench(t, c, classification.WorkerLimits{Slots: 2, Policy: fakes.Soon(4)})
			b.sweep()
			ticket := fakes.AddOne(t, b.store)
			b.take(ticket.ID())
			fallen := b.ends(ticket.ID())
			require.Equal(t, domain.AIStatusFallback, fallen.AIStatus())
			require.Equal(t, domain.FallbackCategory, fallen.Category())
			require.Zero(t, *fallen.AIConfidence())
			require.EqualValues(t, end.calls, c.Calls.Load())
			require.Len(t, fakes.Record(t, b.store, ticket.ID()), end.calls)
			letters := b.letters.Buried()
			require.Len(t, letters, 1)
			require.Equal(t, ticket.ID(), letters[0].TicketID)
			require.Equal(t, end.cause, letters[0].Cause)
			require.Equal(t, end.calls, letters[0].Attempts)
		})
	}

	t.Run("attempts that crashes spent count, and no further call is made", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{}
		b := newBench(t, c, classification.WorkerLimits{Slots: 2, Policy: fakes.Soon(3)})
		ticket := fakes.AddOne(t, b.store)
		for n := 1; n <= 3; n++ { // workers that died with the claim
			fakes.Eventually(t, "the lease of the one before ends", func() bool {
				_, err := b.store.ClaimTicket(t.Context(), ticket.ID(), ports.Lease{Time: time.Millisecond})
				return err == nil
			})
		}
		b.sweep()
		require.Equal(t, domain.AIStatusFallback, b.ends(ticket.ID()).AIStatus())
		require.Zero(t, c.Calls.Load())
		require.Equal(t, "attempts_spent", b.letters.Buried()[0].Cause)
	})

	t.Run("many due tickets are taken as fast as slots become free", func(t *testing.T) {
		t.Parallel()
		const slots, tickets = 4, 40
		c := &fakes.Scripted{}
		b := newBench(t, c, classification.WorkerLimits{Slots: slots, Policy: fakes.Soon(3)})
		fakes.Add(t, b.store, tickets, ports.Lease{Time: time.Nanosecond}) // abandoned at once
		shortest, before := time.Hour, time.Time{}
		b.store.OnDue = func(
			ctx context.Context, n int, lease ports.Lease, forgotten time.Duration,
		) ([]ports.Claim, error) {
			if !before.IsZero() {
				shortest = min(shortest, time.Since(before))
			}
			claims, err := b.store.Store.ClaimDue(ctx, n, lease, forgotten)
			before = time.Now()
			return claims, err
		}
		b.sweep()
		fakes.Eventually(t, "all are classified", func() bool { return c.Calls.Load() == tickets })
		b.stop()
		b.sweeps.Wait()
		require.Less(t, shortest, 400*time.Millisecond,
			"while there is more, no pause of half a second lies between two looks")
	})

	t.Run("a ticket that had a verdict keeps it when asking again fails", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{Script: []error{nil, domain.ErrClassifierKey}}
		b := newBench(t, c, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		ticket := fakes.AddOne(t, b.store)
		b.take(ticket.ID())
		again := b.ends(ticket.ID())
		require.True(t, again.RequestClassification(time.Now()))
		require.NoError(t, b.store.SaveTicket(t.Context(), again))
		b.take(ticket.ID())
		kept := b.ends(ticket.ID())
		require.Equal(t, domain.AIStatusDone, kept.AIStatus())
		require.Equal(t, domain.CategoryBilling, kept.Category())
		require.Equal(t, domain.SourceModel, kept.ClassifiedBy())
		require.Equal(t, []string{"", "classifier_key"}, fakes.Codes(fakes.Record(t, b.store, ticket.ID())))
		require.Len(t, b.letters.Buried(), 1)
	})
}
