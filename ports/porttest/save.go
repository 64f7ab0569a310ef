package porttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

func saveCases() []storeCase {
	return []storeCase{
		{"a saved ticket comes back changed and a version on", savedComesBack},
		{"saving a ticket that does not exist is not found", saveAbsent},
		{"saving what somebody else changed is a conflict and writes nothing", saveStale},
		{"entries are appended with the save", saveAppends},
		{"a save that gains entries only still counts as one", saveSuperseded},
		{"several entries of one save keep their order", saveSeveral},
	}
}

func savedComesBack(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	require.True(t, ticket.Classify(1, answer(t, 1), domain.ReviewSample{}))
	ticket.Close(noon.Add(time.Hour))
	saved := save(t, s, ticket)
	require.EqualValues(t, 2, saved.Version())
	requireSame(t, saved, read(t, s, ticket.ID()))
	saved.Reopen(noon.Add(2 * time.Hour))
	requireSame(t, save(t, s, saved), read(t, s, ticket.ID()))
}

func saveAbsent(t *testing.T, s Stores) {
	for _, id := range []domain.TicketID{1, 1<<63 - 1} {
		ticket := draft(t, noon).Stored(id)
		require.ErrorIs(t, s.SaveTicket(t.Context(), ticket), domain.ErrTicketNotFound)
		require.True(t, ticket.Classify(1, answer(t, 1), domain.ReviewSample{}))
		require.ErrorIs(t, s.SaveTicket(t.Context(), ticket), domain.ErrTicketNotFound)
	}
}

func saveStale(t *testing.T, s Stores) {
	mine := add(t, s, noon)
	theirs := read(t, s, mine.ID())
	theirs.Close(noon)
	theirs = save(t, s, theirs)

	require.True(t, mine.Classify(1, answer(t, 1), domain.ReviewSample{}))
	err := s.SaveTicket(t.Context(), mine)
	require.ErrorIs(t, err, domain.ErrTicketChanged)
	require.Equal(t, domain.KindConflict, domain.KindOf(err))
	requireSame(t, theirs, read(t, s, mine.ID()))
	require.Empty(t, record(t, s, mine.ID()))
	require.ErrorIs(t, s.SaveTicket(t.Context(), mine.Saved().Saved()), domain.ErrTicketChanged,
		"nor from the future")
}

func saveAppends(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	require.True(t, ticket.Classify(1, answer(t, 1), domain.ReviewSample{}))
	want := ticket.NewEntries()[0]
	saved := save(t, s, ticket)
	entries := record(t, s, ticket.ID())
	require.Len(t, entries, 1)
	require.Positive(t, entries[0].ID)
	want.ID = entries[0].ID
	require.Equal(t, want, entries[0])

	saved.Close(noon)
	save(t, s, saved)
	require.Len(t, record(t, s, ticket.ID()), 1, "a save without an answer adds none")
}

func saveSuperseded(t *testing.T, s Stores) {
	ticket := decided(t, s, add(t, s, noon))
	require.False(t, ticket.Classify(1, answer(t, 2), domain.ReviewSample{}))
	saved := save(t, s, ticket)
	requireSame(t, saved, read(t, s, ticket.ID()))
	entries := record(t, s, ticket.ID())
	require.Len(t, entries, 2)
	require.Equal(t, domain.CodeSuperseded, entries[0].ErrorCode)
}

func saveSeveral(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	for n := range 5 {
		late := failure(n + 1)
		late.At = noon
		ticket.NoteFailure(1, late)
	}
	require.True(t, ticket.FallBack(1, failure(6)))
	save(t, s, ticket)
	entries := record(t, s, ticket.ID())
	require.Len(t, entries, 6)
	for i, e := range entries {
		require.Equal(t, 6-i, e.Attempt, "newest first, by time and then by number")
	}
	require.Equal(t, domain.SourceFallback, entries[0].Source)
}
