package porttest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

// crowd is the number of simultaneous calls: a store may serve them together, but each caller gets their own
// result.
const crowd = 40

func concurrentCases() []storeCase {
	return []storeCase{
		{"of many new tickets at once only those of a creator who is gone fail", manyCreators},
		{"of many new tickets at once only those whose key is taken fail", manyKeys},
		{"of many saves at once only the stale and the lost ones fail", manySaves},
		{"of many claims at once each gets its ticket or the reason why not", manyClaims},
		{"of many releases at once each is of its own ticket", manyReleases},
		{"of many readers at once each gets what it asked for", manyReaders},
	}
}

// expect compares the outcome of call i with the expected error.
func expect(i int, err, want error) error {
	if !errors.Is(err, want) {
		return errors.Join(fmt.Errorf("call %d should have ended otherwise: %w", i, want), err)
	}
	return nil
}

func numbered(i int, creator *domain.UserID) (domain.Ticket, error) {
	return domain.NewTicket(fmt.Sprint("Ticket ", i), fmt.Sprint("Text ", i), creator,
		domain.Creators{Requested: creator}, noon.Add(time.Duration(i)*time.Microsecond))
}

func manyCreators(t *testing.T, s Stores) {
	ann, gone := addUser(t, s, "Ann", noon).ID(), addUser(t, s, "Ben", noon.Add(1)).ID()
	require.NoError(t, s.DeleteUser(t.Context(), gone))
	together(t, crowd, func(i int) error {
		creator := []*domain.UserID{nil, &ann, &gone, &ann}[i%4]
		ticket, err := numbered(i, creator)
		if err != nil {
			return err
		}
		stored, err := s.AddTicket(t.Context(), ticket, ports.Lease{Time: long})
		if creator == &gone {
			return expect(i, err, domain.ErrCreatorGone)
		}
		if err != nil {
			return err
		}
		found, err := s.Ticket(t.Context(), stored.ID())
		if err == nil && found.Text() != ticket.Text() {
			err = fmt.Errorf("ticket %d has the text of another", i)
		}
		return err
	})
	requireCount(t, s, crowd*3/4)
	n, _, err := s.CountTickets(t.Context(), filter{CreatedBy: &ann}, crowd)
	require.NoError(t, err)
	require.Equal(t, crowd/2, n)
}

func manyKeys(t *testing.T, s Stores) {
	_, err := s.AddTicketOnce(t.Context(), newTicket(t), ports.Lease{}, key("", "taken"))
	require.NoError(t, err)
	together(t, crowd, func(i int) error {
		ticket, err := numbered(i, nil)
		if err != nil {
			return err
		}
		switch i % 3 {
		case 0:
			_, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
			return err
		case 1:
			_, err = s.AddTicketOnce(t.Context(), ticket, ports.Lease{}, key("", "taken"))
			return expect(i, err, ports.ErrKeyTaken)
		}
		name := fmt.Sprint("key ", i)
		if _, err = s.AddTicketOnce(t.Context(), ticket, ports.Lease{}, key("", name)); err != nil {
			return err
		}
		found, print, err := s.TicketByKey(t.Context(), "", name)
		if err == nil && (found.Text() != ticket.Text() || print != "print of "+name) {
			err = fmt.Errorf("key %d finds another ticket", i)
		}
		return err
	})
	requireCount(t, s, 1+crowd-crowd/3)
}

func manySaves(t *testing.T, s Stores) {
	tickets := addMany(t, s, crowd)
	stale := tickets[1]
	save(t, s, stale)
	together(t, crowd, func(i int) error {
		ticket := tickets[i]
		ticket.NoteFailure(1, failure(i+1))
		ticket.NoteFailure(1, failure(i+2))
		switch i {
		case 1:
			return expect(i, s.SaveTicket(t.Context(), ticket), domain.ErrTicketChanged)
		case 2:
			return expect(i, s.SaveTicket(t.Context(), ticket.Stored(1<<40)), domain.ErrTicketNotFound)
		}
		if i%2 == 0 {
			ticket.Close(noon)
		}
		return s.SaveTicket(t.Context(), ticket)
	})
	for i, before := range tickets {
		now := read(t, s, before.ID())
		if i == 1 || i == 2 {
			require.Empty(t, record(t, s, before.ID()))
			continue
		}
		require.EqualValues(t, 2, now.Version())
		require.Equal(t, i%2 == 0, now.Status() == domain.StatusClosed)
		entries := record(t, s, before.ID())
		require.Len(t, entries, 2)
		require.Equal(t, []int{i + 2, i + 1}, []int{entries[0].Attempt, entries[1].Attempt},
			"newest first, though of one moment")
	}
}

func manyClaims(t *testing.T, s Stores) {
	tickets := addMany(t, s, crowd)
	claim(t, s, tickets[1].ID(), long)
	decided(t, s, tickets[2])
	together(t, crowd, func(i int) error {
		switch i {
		case 0:
			_, err := s.ClaimTicket(t.Context(), 1<<40, ports.Lease{Time: long})
			return expect(i, err, domain.ErrTicketNotFound)
		case 1, 2:
			_, err := s.ClaimTicket(t.Context(), tickets[i].ID(), ports.Lease{Time: long})
			return expect(i, err, domain.ErrNotClaimable)
		}
		c, err := s.ClaimTicket(t.Context(), tickets[i].ID(), ports.Lease{Time: long})
		if err == nil && (c.Ticket.ID() != tickets[i].ID() || c.Attempt != 1) {
			err = fmt.Errorf("claim %d is for another ticket", i)
		}
		return err
	})
}

func manyReleases(t *testing.T, s Stores) {
	tickets := addMany(t, s, crowd)
	claims := make([]ports.Claim, crowd)
	for i, ticket := range tickets {
		claims[i] = claim(t, s, ticket.ID(), long)
	}
	together(t, crowd, func(i int) error {
		failed := failure(i + 1)
		ticket := tickets[i]
		ticket.NoteFailure(1, failed)
		r := ports.Release{Wait: long, Failed: &ticket.NewEntries()[0]}
		switch i % 4 {
		case 0:
			r.Wait, r.Uncounted = 0, true
		case 1:
			claims[i].Until = claims[i].Until.Add(-time.Second) // another holder
		}
		return s.ReleaseClaim(t.Context(), claims[i], r)
	})
	for i, ticket := range tickets {
		entries := record(t, s, ticket.ID())
		require.Len(t, entries, 1)
		require.Equal(t, i+1, entries[0].Attempt)
	}
	due, err := s.ClaimDue(t.Context(), crowd, ports.Lease{Time: long}, 0)
	require.NoError(t, err)
	require.Len(t, due, crowd/4)
	for _, c := range due {
		require.Equal(t, 1, c.Attempt)
		require.Equal(t, entryCode(t, s, c), c.LastError)
	}
}

func entryCode(t *testing.T, s Stores, c ports.Claim) string {
	t.Helper()
	return record(t, s, c.Ticket.ID())[0].ErrorCode
}

func manyReaders(t *testing.T, s Stores) {
	tickets := addMany(t, s, crowd/4)
	admin, ann := addUser(t, s, domain.AdminName, noon).ID(), addUser(t, s, "Ann", noon.Add(1)).ID()
	nobody := domain.UserID(1 << 40)
	together(t, crowd, func(i int) error {
		asked := []*domain.UserID{nil, &ann, &nobody}[i%3]
		known, err := s.FindCreators(t.Context(), asked)
		if err != nil {
			return err
		}
		if *known.Admin != admin || (known.Requested != nil) != (asked == &ann) || known.Requested != nil &&
			*known.Requested != ann {
			return fmt.Errorf("reader %d got others' users", i)
		}
		if i%5 == 0 {
			_, err := s.Ticket(t.Context(), 1<<40)
			return expect(i, err, domain.ErrTicketNotFound)
		}
		id := tickets[i%len(tickets)].ID()
		found, err := s.Ticket(t.Context(), id)
		if err == nil && found.ID() != id {
			err = fmt.Errorf("reader %d got another ticket", i)
		}
		return err
	})
}
