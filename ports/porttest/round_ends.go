package porttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func roundEndCases() []storeCase {
	return []storeCase{
		{"the end of a round ends its claim, and a new round begins with none", roundEndsClaim},
		{"the end of a round forgets its due time, attempts and last error", roundForgets},
		{"a new round is announced now", roundAnnounced},
		{"a saved failure leaves the claim alone", roundGoesOn},
	}
}

func roundEndsClaim(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	claim(t, s, ticket.ID(), long)
	again := askedAgain(t, s, decided(t, s, ticket))
	c := claim(t, s, ticket.ID(), long)
	require.Equal(t, 1, c.Attempt)
	require.EqualValues(t, 2, c.Ticket.Round())
	requireSame(t, again, c.Ticket)
}

func roundForgets(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	release(t, s, claim(t, s, ticket.ID(), long), ports.Release{})
	release(t, s, claim(t, s, ticket.ID(), long), ports.Release{Wait: long, Failed: failed(t, 1)})
	askedAgain(t, s, decided(t, s, ticket))
	c := claim(t, s, ticket.ID(), long)
	require.Equal(t, 1, c.Attempt)
	require.Empty(t, c.LastError)
}

func roundAnnounced(t *testing.T, s Stores) {
	witness, ticket := add(t, s, noon), add(t, s, noon)
	done := decided(t, s, ticket)
	eventually(t, func() (bool, error) { // the witness shows that the time is over
		lost, err := s.TakeLost(t.Context(), 10, 4*short)
		return len(lost) == 1 && lost[0].ID() == witness.ID(), err
	})
	askedAgain(t, s, done)
	lost, err := s.TakeLost(t.Context(), 10, 4*short)
	require.NoError(t, err)
	require.Empty(t, lost)
}

func roundGoesOn(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	c := claim(t, s, ticket.ID(), long)
	ticket.NoteFailure(1, failure(1))
	saved := save(t, s, ticket)
	requireNotClaimable(t, s, ticket.ID())
	release(t, s, c, ports.Release{Wait: long})
	saved.Close(noon)
	save(t, s, saved)
	requireNotClaimable(t, s, ticket.ID())
	require.Equal(t, domain.AIStatusPending, read(t, s, ticket.ID()).AIStatus())
}
