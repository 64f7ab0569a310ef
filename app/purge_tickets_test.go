package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

var yearAgo = fakes.Clock.Now().AddDate(-1, 0, 0)

// oldTickets stores n tickets that were closed two years ago, and one that was closed yesterday.
func oldTickets(t *testing.T, s ports.TicketImporter, n int) {
	t.Helper()
	now := fakes.Clock.Now()
	batch := make([]ports.ImportedTicket, n+1)
	for i := range batch {
		ticket, err := domain.NewTicket("t", "d", nil, domain.Creators{}, now.AddDate(-3, 0, 0))
		require.NoError(t, err)
		ticket.Close(now.AddDate(-2, 0, 0))
		if i == n {
			ticket.Reopen(now)
			ticket.Close(now.AddDate(0, 0, -1))
		}
		batch[i] = ports.ImportedTicket{Key: fmt.Sprint(i), Ticket: ticket}
	}
	_, err := s.AddImported(t.Context(), "", batch)
	require.NoError(t, err)
}

func left(t *testing.T, s ports.TicketLister) int {
	t.Helper()
	n, _, err := s.CountTickets(t.Context(), ports.TicketFilter{}, 10_000)
	require.NoError(t, err)
	return n
}

func TestPurge(t *testing.T) {
	t.Parallel()

	t.Run("counts and deletes what was closed before, step by step", func(t *testing.T) {
		t.Parallel()
		s := stores.SQLite(t)
		oldTickets(t, s, 500)
		uc := app.NewPurgeTickets(s, fakes.Clock)
		found, err := uc.Count(t.Context(), yearAgo)
		require.NoError(t, err)
		require.Equal(t, app.Purged{Found: 500}, found)
		require.Equal(t, 501, left(t, s))

		var steps app.Purged
		all, err := uc.Handle(t.Context(), yearAgo, func(step app.Purged) {
			require.LessOrEqual(t, step.Found, 200)
			steps.Add(step)
		})
		require.NoError(t, err)
		require.Equal(t, app.Purged{Found: 500, Deleted: 500}, all)
		require.Equal(t, all, steps)
		require.Equal(t, 1, left(t, s))
	})

	t.Run("finishes the step under way when it is interrupted, and counts it", func(t *testing.T) {
		t.Parallel()
		s := stores.SQLite(t)
		oldTickets(t, s, 500)
		ctx, interrupt := context.WithCancel(t.Context())
		all, err := app.NewPurgeTickets(purger{s, interrupt}, fakes.Clock).Handle(ctx, yearAgo, func(app.Purged) {})
		require.ErrorIs(t, err, context.Canceled)
		require.Positive(t, all.Deleted)
		require.Less(t, all.Deleted, 500)
		require.Equal(t, 501-all.Deleted, left(t, s))

		rest, err := app.NewPurgeTickets(s, fakes.Clock).Handle(t.Context(), yearAgo, func(app.Purged) {})
		require.NoError(t, err)
		require.Equal(t, 500, all.Deleted+rest.Deleted, "the same command goes on")
	})
}

// purger is interrupted during each deletion.
type purger struct {
	ports.TicketPurger
	interrupt func()
}

func (p purger) DeleteClosed(ctx context.Context, ids []domain.TicketID, before time.Time) (int, error) {
	p.interrupt()
	return p.TicketPurger.DeleteClosed(ctx, ids, before)
}
