package porttest

import (
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func lostCases() []storeCase {
	return []storeCase{
		{"only what nobody has touched is lost", lostUntouched},
		{"what waits longest is taken first, up to the limit, and once", lostOrder},
		{"a ticket counts as lost only after the time given", lostAfter},
		{"parallel takers of lost tickets never share one", lostParallel},
	}
}

func takeLost(t *testing.T, s Stores, limit int, idle time.Duration) []domain.Ticket {
	t.Helper()
	lost, err := s.TakeLost(t.Context(), limit, idle)
	require.NoError(t, err)
	require.LessOrEqual(t, len(lost), limit)
	return lost
}

func lostUntouched(t *testing.T, s Stores) {
	tickets := addMany(t, s, 5)
	claim(t, s, tickets[1].ID(), long)
	claim(t, s, tickets[2].ID(), tick) // the lease ends: the ticket is due, not lost
	release(t, s, claim(t, s, tickets[3].ID(), long), ports.Release{Wait: long})
	decided(t, s, tickets[4])
	lost := takeLost(t, s, 10, time.Microsecond)
	require.Equal(t, ids(tickets[:1]), ids(lost))
	requireSame(t, tickets[0], lost[0])
	require.Equal(t, 1, claim(t, s, tickets[0].ID(), long).Attempt, "to be announced is not to be claimed")
}

func lostOrder(t *testing.T, s Stores) {
	tickets := addMany(t, s, 5)
	require.Equal(t, ids(tickets[:2]), ids(takeLost(t, s, 2, time.Microsecond)))
	require.Equal(t, ids(tickets[2:]), ids(takeLost(t, s, 3, time.Microsecond)))
	require.Equal(t, ids(tickets), ids(takeLost(t, s, 10, time.Microsecond)),
		"in the order in which they were announced")
	require.Empty(t, takeLost(t, s, 10, long))
}

func lostAfter(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	require.Empty(t, takeLost(t, s, 10, long))
	eventually(t, func() (bool, error) { return len(takeLost(t, s, 10, short)) == 1, nil })
	require.Empty(t, takeLost(t, s, 10, long))
	requireSame(t, ticket, read(t, s, ticket.ID()))
}

// taking is one call that took a ticket, at a moment between start and end.
type taking struct{ from, to time.Time }

func lostParallel(t *testing.T, s Stores) {
	tickets := addMany(t, s, 2*parallel)
	// the wait makes the others nearly as old
	eventually(t, func() (bool, error) { return len(takeLost(t, s, 1, short)) == 1, nil })
	var mu sync.Mutex
	took := map[domain.TicketID][]taking{}
	take := func(int) error {
		for range 10 {
			from := time.Now()
			lost, err := s.TakeLost(t.Context(), 4, short)
			if err != nil {
				return err
			}
			mu.Lock()
			for _, id := range ids(lost) {
				took[id] = append(took[id], taking{from, time.Now()})
			}
			mu.Unlock()
		}
		return nil
	}
	eventually(t, func() (bool, error) {
		together(t, parallel, take)
		return len(took) > 0, nil
	})
	require.Subset(t, ids(tickets), slices.Collect(maps.Keys(took)))
	for id, list := range took {
		slices.SortFunc(list, func(a, b taking) int { return a.to.Compare(b.to) })
		for i := range list[1:] {
			require.GreaterOrEqual(t, list[i+1].to.Sub(list[i].from), short, "ticket %d was taken twice at once", id)
		}
	}
}
