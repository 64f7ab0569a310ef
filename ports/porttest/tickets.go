package porttest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func ticketCases() []storeCase {
	return []storeCase{
		{"a ticket that does not exist is not found", ticketAbsent},
		{"a new ticket comes back as it was stored", ticketComesBack},
		{"the longest and strangest text comes back as it was sent", textComesBack},
		{"ids rise and are never given twice", idsRise},
		{"a ticket classified before it was stored brings its record along", ticketWithRecord},
		{"a creator who is gone stores nothing", creatorGone},
		{"a deleted user's tickets stay without a creator", deletedUserLeavesTickets},
		{
			"a ticket that was read before its creator was deleted is saved once it is read again",
			savedAfterCreatorLeft,
		},
	}
}

func ticketAbsent(t *testing.T, s Stores) {
	for _, id := range []domain.TicketID{0, -1, 1, 1<<63 - 1} {
		_, err := s.Ticket(t.Context(), id)
		require.ErrorIs(t, err, domain.ErrTicketNotFound)
		require.Equal(t, domain.KindNotFound, domain.KindOf(err))
	}
}

func ticketComesBack(t *testing.T, s Stores) {
	creator := addUser(t, s, "Ann", noon).ID()
	ticket, err := domain.NewTicket("Title", "Description", &creator, domain.Creators{Requested: &creator}, noon)
	require.NoError(t, err)
	stored := addLeased(t, s, ticket, 0)
	require.Positive(t, stored.ID())
	requireSame(t, ticket.Stored(stored.ID()), stored)
	requireSame(t, stored, read(t, s, stored.ID()))
	require.Equal(t, noon, read(t, s, stored.ID()).CreatedAt())
	require.Equal(t, creator, *read(t, s, stored.ID()).Creator())
}

func textComesBack(t *testing.T, s Stores) {
	strange := "  \t\r\n'; DROP TABLE tickets; --\\ \" ` $1 ?1 %s {} \u202e\ufeff\u200d👩‍👩‍👧 é e\u0301 日本語 " +
		"\U0010FFFF \u2028 end \n"
	long := strings.Repeat("𝔘", domain.MaxDescription)
	for _, description := range []string{strange, long} {
		ticket, err := domain.NewTicket(strings.Repeat("ß", domain.MaxTitle), description, nil, domain.Creators{},
			noon)
		require.NoError(t, err)
		stored := addLeased(t, s, ticket, 0)
		require.Equal(t, ticket.Text(), read(t, s, stored.ID()).Text())
	}
}

func idsRise(t *testing.T, s Stores) {
	tickets := addMany(t, s, 3)
	require.Less(t, tickets[0].ID(), tickets[1].ID())
	require.Less(t, tickets[1].ID(), tickets[2].ID())
	last := addUser(t, s, "Last", noon)
	require.NoError(t, s.DeleteUser(t.Context(), last.ID()))
	require.Greater(t, addUser(t, s, "Next", noon).ID(), last.ID())
}

func ticketWithRecord(t *testing.T, s Stores) {
	ticket := draft(t, noon)
	ticket.NoteFailure(1, failure(1))
	require.True(t, ticket.Classify(1, answer(t, 2), domain.ReviewSample{}))
	stored := addLeased(t, s, ticket, long)
	requireSame(t, stored, read(t, s, stored.ID()))
	require.Len(t, record(t, s, stored.ID()), 2)
	askedAgain(t, s, read(t, s, stored.ID()))
	_, err := s.ClaimTicket(t.Context(), stored.ID(), ports.Lease{Time: long})
	require.NoError(t, err, "a finished ticket is not claimed, whatever the lease")
}

func creatorGone(t *testing.T, s Stores) {
	gone := addUser(t, s, "Ann", noon).ID()
	require.NoError(t, s.DeleteUser(t.Context(), gone))
	ticket, err := domain.NewTicket("Title", "Description", &gone, domain.Creators{Requested: &gone}, noon)
	require.NoError(t, err)
	_, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
	require.ErrorIs(t, err, domain.ErrCreatorGone)
	require.True(t, ticket.Classify(1, answer(t, 1), domain.ReviewSample{}))
	_, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
	require.ErrorIs(t, err, domain.ErrCreatorGone)
	n, exact, err := s.CountTickets(t.Context(), filter{}, 10)
	require.NoError(t, err)
	require.Zero(t, n)
	require.True(t, exact)
}

func deletedUserLeavesTickets(t *testing.T, s Stores) {
	creator := addUser(t, s, "Ann", noon).ID()
	ticket, err := domain.NewTicket("Title", "Description", &creator, domain.Creators{Requested: &creator}, noon)
	require.NoError(t, err)
	stored := addLeased(t, s, ticket, 0)
	require.NoError(t, s.DeleteUser(t.Context(), creator))
	got := read(t, s, stored.ID())
	require.Nil(t, got.Creator())
	require.Greater(t, got.Version(), stored.Version(), "people see another ticket")
}

func savedAfterCreatorLeft(t *testing.T, s Stores) {
	creator := addUser(t, s, "Ann", noon).ID()
	ticket, err := domain.NewTicket("Title", "Description", &creator, domain.Creators{Requested: &creator}, noon)
	require.NoError(t, err)
	stored := addLeased(t, s, ticket, 0)
	require.NoError(t, s.DeleteUser(t.Context(), creator))
	stored.Close(noon)
	require.ErrorIs(t, s.SaveTicket(t.Context(), stored), domain.ErrTicketChanged)
	now := read(t, s, stored.ID())
	require.Nil(t, now.Creator())
	now.Close(noon)
	save(t, s, now)
	require.Equal(t, domain.StatusClosed, read(t, s, stored.ID()).Status())
}
