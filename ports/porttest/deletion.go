package porttest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

func deletionCases() []storeCase {
	return []storeCase{
		{"deleting a ticket that does not exist is not found", deleteAbsent},
		{"a deleted ticket takes all that belongs to it along", deleteTakesAll},
		{"a ticket is deleted at the versions that are named, and at no other", deleteVersions},
		{"what a worker holds may be deleted, and the worker finds nothing", deleteClaimed},
		{"of 20 who delete a ticket at once one does", deleteOnce},
		{"a ticket that is saved, claimed, released and deleted at once is gone", deleteAmongWorkers},
		{"a key is free as soon as its ticket is gone, however many try", deleteAmongRepeats},
		{"tickets that are deleted while they are indexed leave no words", deleteAmongIndexers},
	}
}

func deleteAbsent(t *testing.T, s Stores) {
	add(t, s, noon)
	for _, id := range []domain.TicketID{0, -1, 2, 1<<63 - 1} {
		for _, versions := range [][]int64{nil, {}, {1}} {
			require.ErrorIs(t, s.DeleteTicket(t.Context(), id, versions), domain.ErrTicketNotFound)
		}
	}
	requireCount(t, s, 1)
}

func deleteTakesAll(t *testing.T, s Stores) {
	decided(t, s, add(t, s, noon)) // stays
	once, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("ops", "k"))
	require.NoError(t, err)
	decided(t, s, once)
	batch := imported(t, 1)
	fromCRM := addImported(t, s, "crm", batch)[0]
	indexAll(t, s)
	unindexed := add(t, s, noon)

	for _, id := range []domain.TicketID{once.ID(), fromCRM.ID(), unindexed.ID()} {
		require.NoError(t, s.DeleteTicket(t.Context(), id, nil))
		_, err := s.Ticket(t.Context(), id)
		require.ErrorIs(t, err, domain.ErrTicketNotFound)
		_, err = s.ListClassifications(t.Context(), id, ports.Page{Limit: 1})
		require.ErrorIs(t, err, domain.ErrTicketNotFound)
		require.ErrorIs(t, s.DeleteTicket(t.Context(), id, nil), domain.ErrTicketNotFound)
	}
	requireCount(t, s, 1)
	require.Len(t, walk(t, s, wording(t, "charged"), 10, byCursor), 1)
	require.Empty(t, walk(t, s, wording(t, "qué"), 10, byCursor))
	_, _, err = s.TicketByKey(t.Context(), "ops", "k")
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
	known, err := s.KnownImports(t.Context(), "crm", []string{batch[0].Key})
	require.NoError(t, err)
	require.Empty(t, known)
	require.Len(t, addImported(t, s, "crm", batch), 1, "it may be imported again")
	indexAll(t, s)
	require.Len(t, walk(t, s, wording(t, "qué"), 10, byCursor), 1)
}

func wording(t *testing.T, words string) filter {
	t.Helper()
	q, err := search.Parse(words)
	require.NoError(t, err)
	return filter{Search: q}
}

func deleteVersions(t *testing.T, s Stores) {
	ticket := decided(t, s, add(t, s, noon))
	for _, versions := range [][]int64{{}, {1}, {3, 1}} {
		require.ErrorIs(t, s.DeleteTicket(t.Context(), ticket.ID(), versions), domain.ErrTicketChanged)
	}
	requireSame(t, ticket, read(t, s, ticket.ID()))
	require.Len(t, record(t, s, ticket.ID()), 1)
	require.NoError(t, s.DeleteTicket(t.Context(), ticket.ID(), []int64{7, 2}))
	requireCount(t, s, 0)
}

func deleteClaimed(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	c := claim(t, s, ticket.ID(), long)
	require.NoError(t, s.DeleteTicket(t.Context(), ticket.ID(), nil))
	require.ErrorIs(t, s.ReleaseClaim(t.Context(), c, ports.Release{Failed: failed(t, 1)}),
		domain.ErrTicketNotFound)
	require.NoError(t, s.ReleaseClaim(t.Context(), c, ports.Release{}), "there is nothing to give back")
	require.True(t, ticket.Classify(1, answer(t, 1), domain.ReviewSample{}))
	require.ErrorIs(t, s.SaveTicket(t.Context(), ticket), domain.ErrTicketNotFound)
	_, err := s.ClaimTicket(t.Context(), ticket.ID(), ports.Lease{Time: long})
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
	require.Empty(t, claimDue(t, s, 10, long))
	requireCount(t, s, 0)
}

func deleteOnce(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	won := make(chan struct{}, parallel)
	together(t, parallel, func(int) error {
		err := s.DeleteTicket(t.Context(), id, nil)
		if err == nil {
			won <- struct{}{}
		}
		return unless(err, domain.ErrTicketNotFound)
	})
	require.Len(t, won, 1)
}

// unless returns err unless it is one of those that are expected.
func unless(err error, expected ...error) error {
	for _, e := range expected {
		if errors.Is(err, e) {
			return nil
		}
	}
	return err
}

func deleteAmongWorkers(t *testing.T, s Stores) {
	for range 5 {
		ticket := add(t, s, noon)
		c := claim(t, s, ticket.ID(), long)
		together(t, parallel, func(i int) error {
			mine := ticket
			switch i % 4 {
			case 0:
				mine.Classify(1, answer(t, 1), domain.ReviewSample{})
				return unless(s.SaveTicket(t.Context(), mine), domain.ErrTicketNotFound, domain.ErrTicketChanged)
			case 1:
				_, err := s.ClaimTicket(t.Context(), ticket.ID(), ports.Lease{Time: long})
				return unless(err, domain.ErrTicketNotFound, domain.ErrNotClaimable)
			case 2:
				err := s.ReleaseClaim(t.Context(), c, ports.Release{Failed: failed(t, 1)})
				return unless(err, domain.ErrTicketNotFound)
			default:
				return unless(s.DeleteTicket(t.Context(), ticket.ID(), nil), domain.ErrTicketNotFound)
			}
		})
		_, err := s.ListClassifications(t.Context(), ticket.ID(), ports.Page{Limit: 1})
		require.ErrorIs(t, err, domain.ErrTicketNotFound)
	}
}

func deleteAmongRepeats(t *testing.T, s Stores) {
	first, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("", "k"))
	require.NoError(t, err)
	together(t, parallel, func(i int) error {
		if i == 0 {
			return s.DeleteTicket(t.Context(), first.ID(), nil)
		}
		_, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("", "k"))
		return unless(err, ports.ErrKeyTaken)
	})
	_, err = s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("", "k"))
	require.NoError(t, unless(err, ports.ErrKeyTaken))
	requireCount(t, s, 1)
	again, _, err := s.TicketByKey(t.Context(), "", "k")
	require.NoError(t, err)
	require.NotEqual(t, first.ID(), again.ID(), "an id is never given twice")
}

func deleteAmongIndexers(t *testing.T, s Stores) {
	tickets := addMany(t, s, 2*parallel)
	together(t, parallel, func(i int) error {
		switch i % 4 {
		case 0:
			_, err := s.IndexNew(t.Context(), 5)
			return err
		case 1:
			_, err := s.IndexOlder(t.Context(), 0, 2*parallel)
			return err
		}
		return errors.Join(s.DeleteTicket(t.Context(), tickets[i].ID(), nil),
			s.DeleteTicket(t.Context(), tickets[i+parallel].ID(), nil))
	})
	indexAll(t, s)
	last, err := s.IndexOlder(t.Context(), 0, 1000)
	require.NoError(t, err)
	require.Positive(t, last)
	require.Len(t, walk(t, s, wording(t, "charged"), 50, byCursor), parallel)
}
