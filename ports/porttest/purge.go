package porttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func purgeCases() []storeCase {
	return []storeCase{
		{"closed tickets are found by the time of their closing, step by step", purgeFinds},
		{"of the tickets of a step only those that are still closed since then are deleted", purgeLooksAgain},
		{"tickets that are reopened, saved and purged at once are there or gone as a whole", purgeAmongPeople},
	}
}

// closed adds tickets of which the nth was created n seconds after noon and closed n hours after.
func closed(t *testing.T, s Stores, n int) []domain.Ticket {
	t.Helper()
	tickets := addMany(t, s, n)
	for i, ticket := range tickets {
		ticket.Close(noon.Add(time.Duration(i) * time.Hour))
		tickets[i] = save(t, s, ticket)
	}
	return tickets
}

// found walks through all steps of a purge.
func found(t *testing.T, s Stores, before time.Time, limit int) (all []domain.TicketID) {
	t.Helper()
	for at := (ports.Position{}); ; {
		some, next, err := s.ClosedBefore(t.Context(), before, at, limit)
		require.NoError(t, err)
		require.LessOrEqual(t, len(some), limit)
		for _, f := range some {
			require.False(t, f.Guessed)
			all = append(all, f.ID)
		}
		if next == nil {
			return all
		}
		at = *next
	}
}

func purgeFinds(t *testing.T, s Stores) {
	tickets := closed(t, s, 6)
	for range 7 { // of one moment
		ticket := add(t, s, noon.Add(3*time.Second))
		ticket.Close(noon.Add(time.Minute))
		tickets = append(tickets, save(t, s, ticket))
	}
	reopened := tickets[1]
	reopened.Reopen(noon.Add(time.Hour))
	save(t, s, reopened)
	late := add(t, s, noon) // closed, reopened and closed again
	late.Close(noon)
	late.Reopen(noon)
	late.Close(noon.Add(9 * time.Hour))
	save(t, s, late)
	add(t, s, noon) // open

	want := append([]domain.TicketID{tickets[0].ID(), tickets[2].ID()}, ids(tickets[6:])...)
	for _, limit := range []int{1, 2, 3, 100} {
		require.ElementsMatch(t, want, found(t, s, noon.Add(3*time.Hour), limit), limit)
	}
	require.Empty(t, found(t, s, noon, 10), "what was closed at the time itself stays")
	require.Len(t, found(t, s, noon.Add(10*time.Hour), 10), 13)
}

func purgeLooksAgain(t *testing.T, s Stores) {
	tickets := closed(t, s, 5)
	list := found(t, s, noon.Add(10*time.Hour), 10)
	require.Len(t, list, 5)
	reopened := tickets[0]
	reopened.Reopen(noon)
	reopened = save(t, s, reopened)
	again := tickets[1]
	again.Reopen(noon)
	again.Close(noon.Add(11 * time.Hour))
	again = save(t, s, again)
	require.NoError(t, s.DeleteTicket(t.Context(), tickets[2].ID(), nil))

	n, err := s.DeleteClosed(t.Context(), append(list, 1<<40), noon.Add(10*time.Hour))
	require.NoError(t, err)
	require.Equal(t, 2, n)
	requireSame(t, reopened, read(t, s, reopened.ID()))
	requireSame(t, again, read(t, s, again.ID()))
	requireCount(t, s, 2)
	require.Len(t, walk(t, s, wording(t, "charged"), 10, byCursor), 2)
	n, err = s.DeleteClosed(t.Context(), nil, noon.Add(10*time.Hour))
	require.NoError(t, err)
	require.Zero(t, n)
}

func purgeAmongPeople(t *testing.T, s Stores) {
	tickets := closed(t, s, parallel)
	list := ids(tickets)
	deleted := make([]int, parallel)
	together(t, parallel, func(i int) (err error) {
		if i%4 == 0 {
			deleted[i], err = s.DeleteClosed(t.Context(), list, noon.Add(24*time.Hour))
			return err
		}
		mine := tickets[i]
		if i%2 == 0 {
			mine.Reopen(noon)
		} else {
			mine.Correct(domain.CategoryBilling, domain.Priority{}, "", noon)
		}
		return unless(s.SaveTicket(t.Context(), mine), domain.ErrTicketNotFound)
	})
	n := 0
	for _, d := range deleted {
		n += d
	}
	left, err := s.DeleteClosed(t.Context(), list, noon.Add(24*time.Hour))
	require.NoError(t, err)
	for _, k := range walk(t, s, filter{}, 50, byCursor) {
		require.Equal(t, domain.StatusOpen, k.Status())
		require.Empty(t, record(t, s, k.ID()))
	}
	requireCount(t, s, parallel-n-left)
}
