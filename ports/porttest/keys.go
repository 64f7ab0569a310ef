package porttest

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func keyCases() []storeCase {
	return []storeCase{
		{"a key finds the ticket that it was stored with, as it is now", keyFindsTicket},
		{"a key that is taken stores nothing", takenKeyStoresNothing},
		{"of 20 at once with one key one stores its ticket", oneOfManyKeys},
		{"two scopes may use the same key", scopesAreSeparate},
		{"an unknown key finds nothing", unknownKey},
		{"a ticket added once can be claimed from the start", addedOnceUnderLease},
		{"a creator who is gone takes no key", goneCreatorTakesNoKey},
		{"young keys are not swept", youngKeysStay},
	}
}

func key(scope, name string) ports.IdempotencyKey {
	return ports.IdempotencyKey{Scope: scope, Key: name, Fingerprint: "print of " + name}
}

func newTicket(t *testing.T) domain.Ticket {
	t.Helper()
	ticket, err := domain.NewTicket("Title", "Description", nil, domain.Creators{}, noon)
	require.NoError(t, err)
	return ticket
}

func keyFindsTicket(t *testing.T, s Stores) {
	stored, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("ops", "k"))
	require.NoError(t, err)
	stored.Close(noon)
	save(t, s, stored)
	found, fingerprint, err := s.TicketByKey(t.Context(), "ops", "k")
	require.NoError(t, err)
	require.Equal(t, "print of k", fingerprint)
	require.Equal(t, read(t, s, stored.ID()), found)
	require.Equal(t, domain.StatusClosed, found.Status())
}

func takenKeyStoresNothing(t *testing.T, s Stores) {
	_, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("ops", "k"))
	require.NoError(t, err)
	_, err = s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("ops", "k"))
	require.ErrorIs(t, err, ports.ErrKeyTaken)
	requireCount(t, s, 1)
}

func requireCount(t *testing.T, s Stores, want int) {
	t.Helper()
	n, _, err := s.CountTickets(t.Context(), filter{}, 100)
	require.NoError(t, err)
	require.Equal(t, want, n)
}

func oneOfManyKeys(t *testing.T, s Stores) {
	ticket := newTicket(t)
	var wg sync.WaitGroup
	var stored, taken atomic.Int32
	for range 20 {
		wg.Go(func() {
			_, err := s.AddTicketOnce(t.Context(), ticket, ports.Lease{}, key("", "k"))
			switch domain.CodeOf(err) {
			case ports.ErrKeyTaken.Code:
				taken.Add(1)
			default:
				if err == nil {
					stored.Add(1)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, stored.Load())
	require.EqualValues(t, 19, taken.Load())
	requireCount(t, s, 1)
}

func scopesAreSeparate(t *testing.T, s Stores) {
	a, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("a", "k"))
	require.NoError(t, err)
	b, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("b", "k"))
	require.NoError(t, err)
	require.NotEqual(t, a.ID(), b.ID())
}

func unknownKey(t *testing.T, s Stores) {
	_, _, err := s.TicketByKey(t.Context(), "ops", "k")
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
}

func addedOnceUnderLease(t *testing.T, s Stores) {
	stored, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{Time: long}, key("ops", "k"))
	require.NoError(t, err)
	_, err = s.ClaimTicket(t.Context(), stored.ID(), ports.Lease{Time: long})
	require.ErrorIs(t, err, domain.ErrNotClaimable)
}

func goneCreatorTakesNoKey(t *testing.T, s Stores) {
	gone := domain.UserID(404)
	ticket, err := domain.NewTicket("Title", "Description", &gone, domain.Creators{Requested: &gone}, noon)
	require.NoError(t, err)
	_, err = s.AddTicketOnce(t.Context(), ticket, ports.Lease{}, key("ops", "k"))
	require.ErrorIs(t, err, domain.ErrCreatorGone)
	_, err = s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("ops", "k"))
	require.NoError(t, err)
}

func youngKeysStay(t *testing.T, s Stores) {
	_, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("ops", "k"))
	require.NoError(t, err)
	n, err := s.SweepKeys(t.Context())
	require.NoError(t, err)
	require.Zero(t, n)
	_, _, err = s.TicketByKey(t.Context(), "ops", "k")
	require.NoError(t, err)
}
