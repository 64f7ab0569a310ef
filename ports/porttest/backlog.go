package porttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/ports"
)

func backlogCases() []storeCase {
	return []storeCase{
		{"an empty store has no backlog", backlogEmpty},
		{"all that is pending is the backlog, whoever has it", backlogPending},
		{"who asks again waits from then on", backlogRounds},
	}
}

func backlog(t *testing.T, s Stores) ports.Backlog {
	t.Helper()
	b, err := s.Backlog(t.Context())
	require.NoError(t, err)
	return b
}

func backlogEmpty(t *testing.T, s Stores) {
	decided(t, s, add(t, s, noon))
	require.Equal(t, ports.Backlog{}, backlog(t, s))
}

func backlogPending(t *testing.T, s Stores) {
	now := time.Now()
	first := add(t, s, now.Add(-2*long))
	add(t, s, now.Add(-long))
	claim(t, s, add(t, s, now).ID(), long)
	release(t, s, claim(t, s, add(t, s, now).ID(), long), ports.Release{Wait: long})
	b := backlog(t, s)
	require.Equal(t, 4, b.Pending)
	require.InDelta(t, (2 * long).Seconds(), b.Oldest.Seconds(), long.Seconds()/2)
	decided(t, s, first)
	b = backlog(t, s)
	require.Equal(t, 3, b.Pending)
	require.InDelta(t, long.Seconds(), b.Oldest.Seconds(), long.Seconds()/2)
}

func backlogRounds(t *testing.T, s Stores) {
	askedAgain(t, s, decided(t, s, add(t, s, noon)))
	b := backlog(t, s)
	require.Equal(t, 1, b.Pending)
	require.Less(t, b.Oldest, long)
}
