package porttest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func dueCases() []storeCase {
	return []storeCase{
		{"nothing is due in a store of new, claimed, waiting and finished tickets", dueNothing},
		{"what is due longest is claimed first, up to the limit", dueOrder},
		{"the forgotten are claimed only when asked for, after the time given", dueForgotten},
		{"the due and the forgotten share one order", dueMixed},
		{"parallel takers never share a ticket", dueParallel},
	}
}

func claimDue(t *testing.T, s Stores, limit int, forgotten time.Duration) []ports.Claim {
	t.Helper()
	claims, err := s.ClaimDue(t.Context(), limit, ports.Lease{Time: long}, forgotten)
	require.NoError(t, err)
	require.LessOrEqual(t, len(claims), limit)
	return claims
}

func claimed(claims []ports.Claim) []domain.TicketID {
	list := make([]domain.TicketID, len(claims))
	for i, c := range claims {
		list[i] = c.Ticket.ID()
	}
	return list
}

func dueNothing(t *testing.T, s Stores) {
	tickets := addMany(t, s, 4)
	claim(t, s, tickets[1].ID(), long)
	release(t, s, claim(t, s, tickets[2].ID(), long), ports.Release{Wait: long})
	decided(t, s, tickets[3])
	require.Empty(t, claimDue(t, s, 10, 0))
	require.Empty(t, claimDue(t, s, 10, long))
	require.Equal(t, 1, claim(t, s, tickets[0].ID(), long).Attempt)
}

func dueOrder(t *testing.T, s Stores) {
	tickets := addMany(t, s, 5)
	order := []int{3, 0, 4, 1, 2}
	for _, i := range order { // they fall due one after the other
		release(t, s, claim(t, s, tickets[i].ID(), long), ports.Release{Failed: failed(t, 1)})
	}
	var want []domain.TicketID
	for _, i := range order {
		want = append(want, tickets[i].ID())
	}
	first := claimDue(t, s, 2, 0)
	require.Equal(t, want[:2], claimed(first))
	requireSame(t, tickets[3], first[0].Ticket)
	require.Equal(t, 2, first[0].Attempt)
	require.Equal(t, domain.ErrBadAnswer.Code, first[0].LastError)
	require.Equal(t, want[2:], claimed(claimDue(t, s, 10, 0)))
	require.Empty(t, claimDue(t, s, 10, 0))
	release(t, s, first[1], ports.Release{})
	require.Equal(t, want[1:2], claimed(claimDue(t, s, 10, 0)))
}

func dueForgotten(t *testing.T, s Stores) {
	tickets := addMany(t, s, 3)
	require.Empty(t, claimDue(t, s, 10, long))
	var got []domain.TicketID
	eventually(t, func() (bool, error) {
		require.Empty(t, claimDue(t, s, 10, 0))
		got = append(got, claimed(claimDue(t, s, 2, short))...)
		return len(got) == 3, nil
	})
	require.Equal(t, ids(tickets), got)
}

func dueMixed(t *testing.T, s Stores) {
	tickets := addMany(t, s, 3)
	held := claim(t, s, tickets[0].ID(), long)
	release(t, s, held, ports.Release{Wait: 2 * short})
	eventually(t, func() (bool, error) { // by now all are due: the forgotten, then the released
		claims := claimDue(t, s, 1, 0)
		for _, c := range claims {
			release(t, s, c, ports.Release{})
		}
		return len(claims) == 1, nil
	})
	require.Equal(t, []domain.TicketID{tickets[1].ID(), tickets[2].ID(), tickets[0].ID()},
		claimed(claimDue(t, s, 10, time.Microsecond)))
}

func dueParallel(t *testing.T, s Stores) {
	tickets := addMany(t, s, 60)
	for _, ticket := range tickets[:30] {
		release(t, s, claim(t, s, ticket.ID(), long), ports.Release{})
	}
	var mu sync.Mutex
	var got []domain.TicketID
	together(t, parallel, func(i int) error {
		for {
			claims, err := s.ClaimDue(t.Context(), 1+i%4, ports.Lease{Time: long}, time.Microsecond)
			if err != nil || len(claims) == 0 {
				return err
			}
			mu.Lock()
			got = append(got, claimed(claims)...)
			mu.Unlock()
		}
	})
	// the rest, which concurrent takers had locked
	got = append(got, claimed(claimDue(t, s, 60, time.Microsecond))...)
	slices.Sort(got)
	require.Equal(t, ids(tickets), got)
}
