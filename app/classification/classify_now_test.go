package classification_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

func now(s *fakes.Faulty, c domain.Classifier, timeout time.Duration) *classification.ClassifyNow {
	limits := classification.ClassifyLimits{Timeout: timeout, Policy: fakes.Soon(5)}
	return classification.NewClassifyNow(s, c, limits, fakes.Clock, ports.NoMeter{}, fakes.Quiet)
}

// hangs is a model that never answers.
var hangs = domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
	<-ctx.Done()
	return domain.Answer{}, domain.ErrClassifierUnavailable.With(ctx.Err())
})

func TestClassifyNow(t *testing.T) {
	t.Parallel()
	unavailable := domain.ErrClassifierUnavailable

	t.Run("a new ticket is answered with its verdict", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		create := app.NewCreateTicket(s, s, now(s, &fakes.Scripted{}, fakes.Limit), fakes.Clock)
		answered, err := create.Handle(t.Context(), app.NewTicket{Title: "Title", Description: "Description"})
		require.NoError(t, err)
		require.Equal(t, domain.AIStatusDone, answered.AIStatus())
		require.Equal(t, fakes.Load(t, s, answered.ID()), answered)
	})

	t.Run("failures are repeated while there is time, and all go on record", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		c := &fakes.Scripted{Script: []error{unavailable, domain.ErrThrottled, domain.ErrBadAnswer}}
		uc := now(s, c, fakes.Limit)
		done := uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
		require.Equal(t, domain.AIStatusDone, done.AIStatus())
		entries := fakes.Record(t, s, done.ID())
		require.Equal(t, []string{"classifier_unavailable", "classifier_throttled", "bad_answer", ""},
			fakes.Codes(entries))
		require.Equal(t, []int{1, 2, 3, 4}, fakes.Attempts(entries))
	})

	for name, c := range map[string]struct {
		script []error
		calls  int
	}{
		"a refused key is not tried again":      {[]error{domain.ErrClassifierKey}, 1},
		"bad output is asked for once more":     {[]error{domain.ErrBadAnswer, domain.ErrBadAnswer}, 2},
		"the number of attempts is bounded too": {slices.Repeat([]error{unavailable}, 5), 5},
	} {
		t.Run(name+", then comes the fallback", func(t *testing.T) {
			t.Parallel()
			s, model := &fakes.Faulty{Store: stores.SQLite(t)}, &fakes.Scripted{Script: c.script}
			uc := now(s, model, fakes.Limit)
			fallen := uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
			require.Equal(t, domain.AIStatusFallback, fallen.AIStatus())
			require.EqualValues(t, c.calls, model.Calls.Load())
		})
	}

	t.Run("a model that hangs costs the time limit and a margin, then comes the fallback", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		uc := now(s, hangs, 300*time.Millisecond)
		ticket := fakes.Add(t, s, 1, uc.Lease())[0]
		began := time.Now()
		fallen := uc.Start(t.Context(), ticket, uc.Lease())
		require.Less(t, time.Since(began), 5*time.Second)
		require.Equal(t, domain.AIStatusFallback, fallen.AIStatus())
		require.Equal(t, fallen, fakes.Load(t, s, ticket.ID()))
	})

	t.Run("a wait that the time limit does not allow is not begun", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		asks := *domain.ErrThrottled
		asks.RetryAfter = time.Minute
		uc := now(s, &fakes.Scripted{Script: []error{&asks}}, 10*time.Second)
		began := time.Now()
		require.Equal(t, domain.AIStatusFallback,
			uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease()).AIStatus())
		require.Less(t, time.Since(began), 5*time.Second)
	})

	t.Run("a client that goes away changes nothing", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		ctx, leave := context.WithCancel(t.Context())
		uc := now(s, domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
			leave()
			return fakes.Billing(), ctx.Err()
		}), fakes.Limit)
		ticket := fakes.Add(t, s, 1, uc.Lease())[0]
		require.Equal(t, domain.AIStatusDone, uc.Start(ctx, ticket, uc.Lease()).AIStatus())
		require.Equal(t, domain.AIStatusDone, fakes.Load(t, s, ticket.ID()).AIStatus())
	})

	t.Run("closing meanwhile costs neither the verdict nor a second call", func(t *testing.T) {
		t.Parallel()
		s, calls := &fakes.Faulty{Store: stores.SQLite(t)}, atomic.Int32{}
		var id domain.TicketID
		uc := now(s, domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
			calls.Add(1)
			ticket := fakes.Load(t, s, id)
			ticket.Close(time.Now())
			return fakes.Billing(), s.Store.SaveTicket(ctx, ticket)
		}), fakes.Limit)
		ticket := fakes.Add(t, s, 1, uc.Lease())[0]
		id = ticket.ID()
		done := uc.Start(t.Context(), ticket, uc.Lease())
		require.Equal(t, domain.AIStatusDone, done.AIStatus())
		require.Equal(t, domain.StatusClosed, done.Status())
		require.EqualValues(t, 1, calls.Load())
	})

	t.Run("an end that cannot be stored is answered as pending; its lease brings it back", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		s.OnSave = func(ctx context.Context, _ domain.Ticket) error {
			<-ctx.Done() // a store that hangs must not make the client wait
			return domain.ErrStoreUnavailable
		}
		uc := now(s, &fakes.Scripted{}, 200*time.Millisecond)
		ticket := fakes.Add(t, s, 1, uc.Lease())[0]
		began := time.Now()
		require.Equal(t, ticket, uc.Start(t.Context(), ticket, uc.Lease()))
		require.Less(t, time.Since(began), 5*time.Second)
	})
}
