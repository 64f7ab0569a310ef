package classification_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// panics is a classifier that a text breaks.
var panics = domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
	panic("the text")
})

func TestAClassifierThatPanicsCostsOneTicketItsVerdict(t *testing.T) {
	t.Parallel()

	t.Run("in the request", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		uc := now(s, panics, fakes.Limit)
		done := uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
		require.Equal(t, domain.AIStatusFallback, done.AIStatus())
		require.Contains(t, fakes.Codes(fakes.Record(t, s, done.ID())), "classifier_panicked")
	})

	t.Run("in a worker", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, panics, classification.WorkerLimits{Slots: 2, Policy: fakes.Soon(1)})
		id := fakes.AddOne(t, b.store).ID()
		b.take(id)
		require.Equal(t, domain.AIStatusFallback, b.ends(id).AIStatus())
	})
}

func TestAnAnswerComesInTimeThoughTheStoreIsSlow(t *testing.T) {
	t.Parallel()
	s := &fakes.Faulty{Store: stores.SQLite(t)}
	slow := make(chan struct{})
	s.OnSave = func(ctx context.Context, ticket domain.Ticket) error {
		<-slow
		return s.Store.SaveTicket(ctx, ticket)
	}
	uc := now(s, &fakes.Scripted{}, 100*time.Millisecond)
	answered := uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
	require.Equal(t, domain.AIStatusPending, answered.AIStatus())
	close(slow)
	require.NoError(t, uc.Drain(t.Context()))
	require.Equal(t, domain.AIStatusDone, fakes.Load(t, s, answered.ID()).AIStatus(),
		"the paid verdict is stored all the same")
}

func TestATicketThatEverybodyEditsKeepsItsVerdict(t *testing.T) {
	t.Parallel()
	s := &fakes.Faulty{Store: stores.SQLite(t)}
	edits := 30
	s.OnSave = func(ctx context.Context, ticket domain.Ticket) error {
		if edits > 0 {
			edits--
			now, err := s.Store.Ticket(ctx, ticket.ID())
			require.NoError(t, err)
			now.Close(time.Now())
			require.NoError(t, s.Store.SaveTicket(ctx, now)) // somebody is faster, again and again
		}
		return s.Store.SaveTicket(ctx, ticket)
	}
	uc := now(s, &fakes.Scripted{}, fakes.Limit)
	done := uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
	require.Equal(t, domain.AIStatusDone, done.AIStatus())
	require.Equal(t, domain.StatusClosed, done.Status())
	require.Equal(t, []string{""}, fakes.Codes(fakes.Record(t, s, done.ID())))
}
