package app_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
)

// panics is a classifier that a text breaks.
var panics = domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) { panic("the text") })

func TestAClassifierThatPanicsCostsOneTicketItsVerdict(t *testing.T) {
	t.Parallel()

	t.Run("in the request", func(t *testing.T) {
		t.Parallel()
		s := &faulty{Store: newStore(t)}
		uc := now(s, panics, 5*time.Second)
		done := uc.Start(t.Context(), add(t, s, 1, uc.Lease())[0])
		require.Equal(t, domain.AIStatusFallback, done.AIStatus())
		require.Contains(t, codes(record(t, s, done.ID())), "classifier_panicked")
	})

	t.Run("in a worker", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, panics, app.WorkerLimits{Slots: 2, Policy: soon(1)})
		id := addOne(t, b.store).ID()
		b.take(id)
		require.Equal(t, domain.AIStatusFallback, b.ends(id).AIStatus())
	})
}

func TestASaveWhoseAnswerGotLostCountsOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, failing(domain.ErrClassifierKey), app.WorkerLimits{Slots: 1, Policy: soon(3)})
	var saves atomic.Int32
	b.store.save = func(ctx context.Context, ticket domain.Ticket) error {
		err := b.store.Store.SaveTicket(ctx, ticket)
		if saves.Add(1) == 1 {
			return domain.ErrStoreUnavailable // it is stored, but nobody hears of it
		}
		return err
	}
	id := addOne(t, b.store).ID()
	b.take(id)
	require.Equal(t, domain.AIStatusFallback, b.ends(id).AIStatus())
	require.Equal(t, []string{"classifier_key"}, codes(record(t, b.store, id)))
	eventually(t, "the dead letter is written", func() bool { return len(b.letters.buried()) == 1 })
}

func TestAnAnswerComesInTimeThoughTheStoreIsSlow(t *testing.T) {
	t.Parallel()
	s := &faulty{Store: newStore(t)}
	slow := make(chan struct{})
	s.save = func(ctx context.Context, ticket domain.Ticket) error {
		<-slow
		return s.Store.SaveTicket(ctx, ticket)
	}
	uc := now(s, &scripted{}, 100*time.Millisecond)
	answered := uc.Start(t.Context(), add(t, s, 1, uc.Lease())[0])
	require.Equal(t, domain.AIStatusPending, answered.AIStatus())
	close(slow)
	require.NoError(t, uc.Drain(t.Context()))
	require.Equal(t, domain.AIStatusDone, load(t, s, answered.ID()).AIStatus(), "the paid verdict is stored all the same")
}

func TestATicketThatEverybodyEditsKeepsItsVerdict(t *testing.T) {
	t.Parallel()
	s := &faulty{Store: newStore(t)}
	edits := 60
	s.save = func(ctx context.Context, ticket domain.Ticket) error {
		if edits > 0 {
			edits--
			now, err := s.Store.Ticket(ctx, ticket.ID())
			require.NoError(t, err)
			now.Close()
			require.NoError(t, s.Store.SaveTicket(ctx, now)) // somebody is faster, again and again
		}
		return s.Store.SaveTicket(ctx, ticket)
	}
	uc := now(s, &scripted{}, 5*time.Second)
	done := uc.Start(t.Context(), add(t, s, 1, uc.Lease())[0])
	require.Equal(t, domain.AIStatusDone, done.AIStatus())
	require.Equal(t, domain.StatusClosed, done.Status())
	require.Equal(t, []string{""}, codes(record(t, s, done.ID())))
}
