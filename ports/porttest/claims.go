package porttest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func claimCases() []storeCase {
	return []storeCase{
		{"a claim holds the ticket, the end of the lease and the number of the attempt", claimHolds},
		{"a ticket that does not exist cannot be claimed", claimAbsent},
		{"a claimed ticket cannot be claimed again", claimTwice},
		{"a finished ticket cannot be claimed", claimFinished},
		{"of 20 who claim a ticket at once one gets it", claimRace},
		{"a lease ends, and the attempt counts", claimLeaseEnds},
		{"a ticket can be claimed from the start", claimFromStart},
		{"a claim does not get in the way of an edit", claimAllowsEdits},
	}
}

func claim(t *testing.T, s Stores, id domain.TicketID, lease time.Duration) ports.Claim {
	t.Helper()
	c, err := s.ClaimTicket(t.Context(), id, ports.Lease{Time: lease})
	require.NoError(t, err)
	return c
}

func requireNotClaimable(t *testing.T, s Stores, id domain.TicketID) {
	t.Helper()
	_, err := s.ClaimTicket(t.Context(), id, ports.Lease{Time: long})
	require.ErrorIs(t, err, domain.ErrNotClaimable)
}

// claimSoon waits until the ticket can be claimed.
func claimSoon(t *testing.T, s Stores, id domain.TicketID) ports.Claim {
	t.Helper()
	var c ports.Claim
	eventually(t, func() (bool, error) {
		var err error
		c, err = s.ClaimTicket(t.Context(), id, ports.Lease{Time: long})
		if errors.Is(err, domain.ErrNotClaimable) {
			return false, nil
		}
		return true, err
	})
	return c
}

// eventually repeats try until it succeeds, in the test's own goroutine.
func eventually(t *testing.T, try func() (bool, error)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	for {
		done, err := try()
		require.NoError(t, err)
		if done {
			return
		}
		select {
		case <-ctx.Done():
			require.Fail(t, "it does not happen")
		case <-time.After(tick):
		}
	}
}

func claimHolds(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	c := claim(t, s, ticket.ID(), long)
	requireSame(t, ticket, c.Ticket)
	require.Equal(t, 1, c.Attempt)
	require.Empty(t, c.LastError)
	require.WithinDuration(t, time.Now().Add(long), c.Until, time.Minute)
	require.Equal(t, domain.Timestamp(c.Until), c.Until)
}

func claimAbsent(t *testing.T, s Stores) {
	_, err := s.ClaimTicket(t.Context(), 1, ports.Lease{Time: long})
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
}

func claimTwice(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	claim(t, s, id, long)
	requireNotClaimable(t, s, id)
	due, err := s.ClaimDue(t.Context(), 10, ports.Lease{Time: long}, time.Nanosecond)
	require.NoError(t, err)
	require.Empty(t, due)
}

func claimFinished(t *testing.T, s Stores) {
	done := decided(t, s, add(t, s, noon))
	requireNotClaimable(t, s, done.ID())
	fallen := add(t, s, noon)
	require.True(t, fallen.FallBack(1, failure(1)))
	save(t, s, fallen)
	requireNotClaimable(t, s, fallen.ID())
}

func claimRace(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	var won atomic.Int32
	together(t, parallel, func(int) error {
		_, err := s.ClaimTicket(t.Context(), id, ports.Lease{Time: long})
		if err == nil {
			won.Add(1)
		} else if !errors.Is(err, domain.ErrNotClaimable) {
			return err
		}
		return nil
	})
	require.EqualValues(t, 1, won.Load())
}

func claimLeaseEnds(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	first := claim(t, s, id, short)
	second := claimSoon(t, s, id)
	require.Equal(t, 2, second.Attempt)
	require.True(t, second.Until.After(first.Until))
}

func claimFromStart(t *testing.T, s Stores) {
	held := addLeased(t, s, draft(t, noon), long)
	requireNotClaimable(t, s, held.ID())
	left := addLeased(t, s, draft(t, noon), short)
	require.Equal(t, 2, claimSoon(t, s, left.ID()).Attempt)
	requireNotClaimable(t, s, held.ID())
}

func claimAllowsEdits(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	claim(t, s, ticket.ID(), long)
	require.Equal(t, ticket.Version(), read(t, s, ticket.ID()).Version())
	ticket.Close(noon)
	save(t, s, ticket)
	requireNotClaimable(t, s, ticket.ID())
}
