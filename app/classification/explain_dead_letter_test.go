package classification_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

func TestExplainDeadLetter(t *testing.T) {
	t.Parallel()

	t.Run("has the failed attempts of its own round alone", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{Script: []error{
			domain.ErrClassifierKey,
			domain.ErrBadAnswer, domain.ErrClassifierKey,
			domain.ErrClassifierQuota,
		}}
		b := newBench(t, c, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		b.sweep()
		request := classification.NewRequestClassification(b.store, &fakes.Starts{}, fakes.Clock)
		id := fakes.AddOne(t, b.store).ID()
		for range 3 { // rounds, each of which fails
			b.take(id)
			b.ends(id)
			_, err := request.Handle(t.Context(), id)
			require.NoError(t, err)
		}
		buried := b.letters.Buried()
		require.Len(t, buried, 3)
		uc := classification.NewExplainDeadLetter(b.store)
		for i, codes := range [][]string{
			{"classifier_key"}, {"bad_answer", "classifier_key"}, {"classifier_quota"},
		} {
			e, err := uc.Handle(t.Context(), buried[i])
			require.NoError(t, err)
			require.Equal(t, codes, fakes.Codes(e.Attempts))
			require.Equal(t, domain.AIStatusPending, e.Ticket.AIStatus(), "as it is now")
			require.False(t, e.Deleted)
		}
	})

	t.Run("says that the ticket is deleted", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		uc := classification.NewExplainDeadLetter(s)
		gone := classification.Explained{Deleted: true}
		e, err := uc.Handle(t.Context(), ports.DeadLetter{TicketID: 7, At: time.Now()})
		require.NoError(t, err)
		require.Equal(t, gone, e)

		ticket := fallen(t, s) // and now it is deleted between two reads
		s.OnRead = func(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
			found, err := s.Store.Ticket(ctx, id)
			require.NoError(t, s.DeleteTicket(ctx, id, nil))
			return found, err
		}
		e, err = uc.Handle(t.Context(), ports.DeadLetter{TicketID: ticket.ID(), At: time.Now()})
		require.NoError(t, err)
		require.Equal(t, gone, e)
	})

	t.Run("fails with a store that is away", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		s.OnRead = func(context.Context, domain.TicketID) (domain.Ticket, error) {
			return domain.Ticket{}, domain.ErrStoreUnavailable
		}
		_, err := classification.NewExplainDeadLetter(s).Handle(t.Context(), ports.DeadLetter{TicketID: 7})
		require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	})
}
