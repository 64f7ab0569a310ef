package porttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func throttleCases() []storeCase {
	return []storeCase{
		{"how long the provider has been putting a ticket off is counted from the first time", throttledFromFirst},
		{"a round that ended forgets that the provider put the ticket off", endForgetsThrottle},
	}
}

// throttled claims the ticket and releases it as a provider's 429 does.
func throttled(t *testing.T, s Stores, id domain.TicketID) ports.Claim {
	t.Helper()
	c, err := s.ClaimTicket(t.Context(), id, ports.Lease{Time: long})
	require.NoError(t, err)
	require.NoError(t, s.ReleaseClaim(t.Context(), c, ports.Release{Uncounted: true, Throttled: true}))
	return c
}

func throttledFromFirst(t *testing.T, s Stores) {
	id := addLeased(t, s, newTicket(t), 0).ID()
	require.Zero(t, throttled(t, s, id).ThrottledFor)
	var last time.Duration
	require.Eventually(t, func() bool {
		c := throttled(t, s, id)
		require.GreaterOrEqual(t, c.ThrottledFor, last)
		last = c.ThrottledFor
		return c.ThrottledFor >= short
	}, soon, tick)
}

func endForgetsThrottle(t *testing.T, s Stores) {
	id := addLeased(t, s, newTicket(t), 0).ID()
	throttled(t, s, id)
	ticket := read(t, s, id)
	ticket.Correct(domain.CategoryBilling, domain.PriorityHigh, "", noon)
	save(t, s, ticket)
	ticket = read(t, s, id)
	require.True(t, ticket.RequestClassification(noon))
	save(t, s, ticket)
	require.Zero(t, throttled(t, s, id).ThrottledFor)
}
