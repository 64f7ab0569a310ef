package porttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func claimerCases() []storeCase {
	return []storeCase{
		{"what a claimer that beats no more has claimed is due, once its life is over", claimerDies},
		{"a claimer that was away judges nobody", claimerAway},
		{"a claimer that retires gives back what it has claimed, in whichever way", claimerRetires},
		{"a claim of one that is not there ends", claimerStray},
	}
}

func enlist(t *testing.T, s Stores) ports.ClaimerID {
	t.Helper()
	id, err := s.Enlist(t.Context())
	require.NoError(t, err)
	return id
}

func claimBy(t *testing.T, s Stores, id domain.TicketID, by ports.ClaimerID) ports.Claim {
	t.Helper()
	lease := ports.Lease{Time: long, By: by}
	c, err := s.ClaimTicket(t.Context(), id, lease)
	require.NoError(t, err)
	require.Equal(t, lease, c.Lease)
	return c
}

func beat(t *testing.T, s Stores, id ports.ClaimerID) (alive, dead bool) {
	t.Helper()
	alive, dead, err := s.Beat(t.Context(), id)
	require.NoError(t, err)
	return alive, dead
}

func requireEnded(t *testing.T, s Stores, by ports.ClaimerID, want int) {
	t.Helper()
	n, err := s.EndDead(t.Context(), by)
	require.NoError(t, err)
	require.Equal(t, want, n)
}

func claimerDies(t *testing.T, s Stores) {
	tickets := addMany(t, s, 4)
	first, other, watcher := enlist(t, s), enlist(t, s), enlist(t, s)
	require.NotEqual(t, first, other)
	lost := claimBy(t, s, tickets[0].ID(), first)
	claimBy(t, s, tickets[1].ID(), other)
	claim(t, s, tickets[2].ID(), long)
	release(t, s, claimBy(t, s, tickets[3].ID(), first), ports.Release{Wait: long})
	requireEnded(t, s, watcher, 0)
	began := time.Now()
	require.Eventually(t, func() bool {
		alive, _ := beat(t, s, other)
		watches, dead := beat(t, s, watcher)
		require.True(t, alive)
		require.True(t, watches)
		return dead
	}, time.Minute, tick)
	require.Greater(t, time.Since(began), ports.ClaimerLife-time.Second)

	requireEnded(t, s, watcher, 1)
	due := claimDue(t, s, 10, 0)
	require.Equal(t, []domain.TicketID{tickets[0].ID()}, claimed(due))
	require.Equal(t, 2, due[0].Attempt)
	release(t, s, lost, ports.Release{})
	_, err := s.ClaimTicket(t.Context(), tickets[0].ID(), ports.Lease{Time: long})
	require.ErrorIs(t, err, domain.ErrNotClaimable, "the one before releases nothing any more")
	alive, dead := beat(t, s, first)
	require.False(t, alive)
	require.False(t, dead)
	_, dead = beat(t, s, watcher)
	require.False(t, dead)
}

func claimerAway(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	dead, watcher := enlist(t, s), enlist(t, s)
	claimBy(t, s, ticket.ID(), dead)
	time.Sleep(ports.ClaimerLife + short) // as long as nobody can beat
	alive, found := beat(t, s, watcher)
	require.True(t, alive)
	require.False(t, found)
	requireEnded(t, s, watcher, 0)
	alive, _ = beat(t, s, dead)
	require.True(t, alive)
}

func claimerRetires(t *testing.T, s Stores) {
	tickets := addMany(t, s, 3)
	me, other := enlist(t, s), enlist(t, s)
	lease := ports.Lease{Time: long, By: me}
	want := []domain.TicketID{tickets[0].ID(), tickets[1].ID()}

	held := claimBy(t, s, tickets[0].ID(), me).Ticket
	held.Close(noon) // what does not end the round keeps the claim
	save(t, s, held)
	release(t, s, claim(t, s, tickets[1].ID(), long), ports.Release{})
	_, err := s.ClaimDue(t.Context(), 1, lease, 0)
	require.NoError(t, err)
	fresh, err := s.AddTicket(t.Context(), draft(t, noon), lease)
	require.NoError(t, err)
	once, err := s.AddTicketOnce(t.Context(), newTicket(t), lease, key("", "k"))
	require.NoError(t, err)
	now := time.Now()
	fallen(t, s, now.Add(-time.Minute), domain.ErrClassifierUnavailable)
	healed, err := s.ClaimHealable(t.Context(), 1, lease, now)
	require.NoError(t, err)
	require.Len(t, healed, 1)
	claimBy(t, s, tickets[2].ID(), other)
	require.Empty(t, claimDue(t, s, 10, 0))

	require.NoError(t, s.Retire(t.Context(), me))
	require.ElementsMatch(t, append(want, fresh.ID(), once.ID(), healed[0].Ticket.ID()),
		claimed(claimDue(t, s, 10, 0)))
	alive, _ := beat(t, s, me)
	require.False(t, alive)
}

func claimerStray(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	gone, watcher := enlist(t, s), enlist(t, s)
	require.NoError(t, s.Retire(t.Context(), gone))
	claimBy(t, s, ticket.ID(), gone)
	requireEnded(t, s, watcher, 1)
	require.Equal(t, []domain.TicketID{ticket.ID()}, claimed(claimDue(t, s, 10, 0)))
}
