package porttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func releaseCases() []storeCase {
	return []storeCase{
		{"a released ticket waits for its next attempt", releaseWaits},
		{"a ticket released without a wait is due at once", releaseAtOnce},
		{"an uncounted release takes the attempt back", releaseUncounted},
		{"a failed call goes on record and is known to the next attempt", releaseFailed},
		{"a holder whose lease ended releases nothing, but their call goes on record", releaseStale},
		{"a release that is repeated is recorded once", releaseRepeated},
		{"a release that is repeated while it is still at work is recorded once", releaseAtOnceRepeated},
		{"who holds a claim of an earlier round releases nothing", releaseEarlierRound},
		{"a claim that a verdict overtook changes nothing", releaseOvertaken},
		{"a claim survives an edit of its ticket", releaseAfterEdit},
		{"a failed call for a ticket that does not exist is not found", releaseAbsent},
	}
}

func release(t *testing.T, s Stores, c ports.Claim, r ports.Release) {
	t.Helper()
	require.NoError(t, s.ReleaseClaim(t.Context(), c, r))
}

// failed returns a failed call as an entry of the record.
func failed(t *testing.T, n int) *domain.Classification {
	t.Helper()
	ticket := draft(t, noon)
	ticket.NoteFailure(1, failure(n))
	return &ticket.NewEntries()[0]
}

func releaseWaits(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	release(t, s, claim(t, s, id, long), ports.Release{Wait: 2 * short})
	requireNotClaimable(t, s, id)
	lost, err := s.TakeLost(t.Context(), 10, time.Nanosecond)
	require.NoError(t, err)
	require.Empty(t, lost, "it waits for its time, it is not lost")
	require.Equal(t, 2, claimSoon(t, s, id).Attempt)
}

func releaseAtOnce(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	release(t, s, claim(t, s, id, long), ports.Release{})
	due, err := s.ClaimDue(t.Context(), 10, ports.Lease{Time: long}, 0)
	require.NoError(t, err)
	require.Len(t, due, 1)
	require.Equal(t, 2, due[0].Attempt)
	release(t, s, due[0], ports.Release{Wait: -time.Hour})
	require.Equal(t, 3, claim(t, s, id, long).Attempt)
}

func releaseUncounted(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	for range 3 {
		c := claim(t, s, id, long)
		require.Equal(t, 1, c.Attempt)
		release(t, s, c, ports.Release{Uncounted: true})
	}
}

func releaseFailed(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	release(t, s, claim(t, s, id, long), ports.Release{Failed: failed(t, 1)})
	entries := record(t, s, id)
	require.Len(t, entries, 1)
	want := *failed(t, 1)
	want.ID = entries[0].ID
	require.Equal(t, want, entries[0])

	c := claim(t, s, id, long)
	require.Equal(t, domain.ErrBadAnswer.Code, c.LastError)
	require.Equal(t, c.Ticket.Version(), read(t, s, id).Version())
	release(t, s, c, ports.Release{Uncounted: true})
	require.Equal(t, domain.ErrBadAnswer.Code, claim(t, s, id, long).LastError,
		"a claim without a call leaves it")
}

func releaseStale(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	stale := claim(t, s, id, tick)
	holder := claimSoon(t, s, id)
	release(t, s, stale, ports.Release{Uncounted: true, Failed: failed(t, 1)})
	requireNotClaimable(t, s, id)
	require.Len(t, record(t, s, id), 1)
	release(t, s, holder, ports.Release{})
	release(t, s, holder, ports.Release{Wait: long})
	c := claim(t, s, id, long)
	require.Equal(t, 3, c.Attempt)
	require.Empty(t, c.LastError)
}

func releaseRepeated(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	stale := claim(t, s, id, tick)
	holder := claimSoon(t, s, id)
	for range 3 {
		release(t, s, stale, ports.Release{Failed: failed(t, 1)})
	}
	require.Len(t, record(t, s, id), 1)
	for range 3 {
		release(t, s, holder, ports.Release{Wait: short, Failed: failed(t, 2)})
	}
	require.Len(t, record(t, s, id), 2)
	require.Equal(t, 3, claimSoon(t, s, id).Attempt)
}

func releaseAtOnceRepeated(t *testing.T, s Stores) {
	for range 5 {
		id := add(t, s, noon).ID()
		stale := claim(t, s, id, tick)
		for i, c := range []ports.Claim{stale, claimSoon(t, s, id)} {
			together(t, parallel, func(int) error {
				return s.ReleaseClaim(t.Context(), c, ports.Release{Wait: long, Failed: failed(t, i+1)})
			})
			require.Len(t, record(t, s, id), i+1)
		}
	}
}

func releaseEarlierRound(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	stale := claim(t, s, ticket.ID(), long)
	askedAgain(t, s, decided(t, s, ticket))
	holder := claim(t, s, ticket.ID(), long)
	stale.Until = holder.Until // even if it were the same moment
	release(t, s, stale, ports.Release{Failed: failed(t, 2)})
	requireNotClaimable(t, s, ticket.ID())
	require.Len(t, record(t, s, ticket.ID()), 2)
}

func releaseOvertaken(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	c := claim(t, s, ticket.ID(), long)
	done := decided(t, s, ticket)
	release(t, s, c, ports.Release{Wait: short, Failed: failed(t, 2)})
	requireSame(t, done, read(t, s, ticket.ID()))
	require.Len(t, record(t, s, ticket.ID()), 2)
}

func releaseAfterEdit(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	c := claim(t, s, ticket.ID(), long)
	ticket.Close(noon)
	saved := save(t, s, ticket)
	release(t, s, c, ports.Release{})
	next := claim(t, s, ticket.ID(), long)
	require.Equal(t, 2, next.Attempt)
	requireSame(t, saved, next.Ticket)
}

func releaseAbsent(t *testing.T, s Stores) {
	c := ports.Claim{Ticket: draft(t, noon).Stored(77), Until: noon}
	require.ErrorIs(t, s.ReleaseClaim(t.Context(), c, ports.Release{Failed: failed(t, 1)}),
		domain.ErrTicketNotFound)
}
