package classification_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// finished stores a ticket that has a verdict.
func finished(t *testing.T, s *fakes.Faulty) domain.Ticket {
	t.Helper()
	uc := now(s, &fakes.Scripted{}, fakes.Limit)
	return uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
}

func fallen(t *testing.T, s *fakes.Faulty) domain.Ticket {
	t.Helper()
	uc := now(s, fakes.Failing(domain.ErrClassifierKey), fakes.Limit)
	return uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
}

func TestRequestClassification(t *testing.T) {
	t.Parallel()

	t.Run("a finished ticket becomes pending with its labels and is started once", func(t *testing.T) {
		t.Parallel()
		s, queue := &fakes.Faulty{Store: stores.SQLite(t)}, &fakes.Starts{}
		ticket := finished(t, s)
		ticket.Close(time.Now())
		require.NoError(t, s.SaveTicket(t.Context(), ticket))
		uc := classification.NewRequestClassification(s, queue, fakes.Clock)
		for range 3 {
			pending, err := uc.Handle(t.Context(), ticket.ID())
			require.NoError(t, err)
			require.Equal(t, domain.AIStatusPending, pending.AIStatus())
			require.Equal(t, domain.CategoryBilling, pending.Category())
			require.Equal(t, domain.StatusClosed, pending.Status())
		}
		require.Len(t, queue.Begun, 1, "asked again while pending: no second event")
		require.EqualValues(t, 2, queue.Begun[0].Round())
	})

	t.Run("asked twenty times at once it is started once", func(t *testing.T) {
		t.Parallel()
		s, queue := &fakes.Faulty{Store: stores.SQLite(t)}, &fakes.Starts{}
		id := finished(t, s).ID()
		uc := classification.NewRequestClassification(s, queue, fakes.Clock)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := uc.Handle(t.Context(), id); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.Len(t, queue.Begun, 1)
		require.EqualValues(t, 2, fakes.Load(t, s, id).Round())
	})

	t.Run("a starter that classifies itself gets the ticket claimed", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		id := finished(t, s).ID()
		self := &fakes.Starts{Held: ports.Lease{Time: time.Hour}}
		_, err := classification.NewRequestClassification(s, self, fakes.Clock).Handle(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, self.Begun, 1)
		_, err = s.ClaimTicket(t.Context(), id, ports.Lease{Time: time.Second})
		require.ErrorIs(t, err, domain.ErrNotClaimable)
	})

	t.Run("a sweeper that is faster does the work, and the answer is pending", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		id := finished(t, s).ID()
		s.OnClaim = func(context.Context, domain.TicketID, ports.Lease) (ports.Claim, error) {
			return ports.Claim{}, domain.ErrNotClaimable
		}
		self := &fakes.Starts{Held: ports.Lease{Time: time.Hour}}
		pending, err := classification.NewRequestClassification(s, self, fakes.Clock).Handle(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, domain.AIStatusPending, pending.AIStatus())
		require.Empty(t, self.Begun)
	})

	t.Run("failing keeps the verdict, a person's too, and the record shows the failure", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		ticket := finished(t, s)
		ticket.Correct(domain.CategoryTechnical, domain.PriorityLow, "", time.Now())
		require.NoError(t, s.SaveTicket(t.Context(), ticket))
		uc := classification.NewRequestClassification(s,
			now(s, fakes.Failing(domain.ErrClassifierKey), fakes.Limit), fakes.Clock)
		kept, err := uc.Handle(t.Context(), ticket.ID())
		require.NoError(t, err)
		require.Equal(t, domain.AIStatusDone, kept.AIStatus())
		require.Equal(t, domain.CategoryTechnical, kept.Category())
		require.Equal(t, domain.SourceHuman, kept.ClassifiedBy())
		require.Contains(t, fakes.Codes(fakes.Record(t, s, ticket.ID())), "classifier_key")
	})

	t.Run("a new answer lifts what a person decided", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		ticket := finished(t, s)
		ticket.Correct(domain.CategoryTechnical, domain.PriorityLow, "", time.Now())
		require.NoError(t, s.SaveTicket(t.Context(), ticket))
		again, err := classification.NewRequestClassification(s,
			now(s, &fakes.Scripted{}, fakes.Limit), fakes.Clock).Handle(t.Context(), ticket.ID())
		require.NoError(t, err)
		require.Equal(t, domain.CategoryBilling, again.Category())
		require.Equal(t, domain.SourceModel, again.ClassifiedBy())
	})

	t.Run("a missing ticket is not found", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		_, err := classification.NewRequestClassification(s, &fakes.Starts{}, fakes.Clock).Handle(t.Context(), 99)
		require.ErrorIs(t, err, domain.ErrTicketNotFound)
	})
}
