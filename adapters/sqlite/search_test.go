package sqlite_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/sqlite"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

func TestTicketsOfAnOlderVersionBecomeSearchable(t *testing.T) {
	t.Parallel()
	s := open(t, sqlite.InMemory)
	db := sql.OpenDB(s.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for range 5 {
		addStreet(t, s)
	}
	_, err := db.ExecContext(t.Context(), `DELETE FROM ticket_words WHERE rowid <> 3`)
	require.NoError(t, err)
	require.Len(t, found(t, s), 1)

	var steps []domain.TicketID
	for last := domain.TicketID(0); len(steps) == 0 || last > 0; {
		last, err = s.IndexOlder(t.Context(), last, 2)
		require.NoError(t, err)
		steps = append(steps, last)
	}
	require.Equal(t, []domain.TicketID{2, 4, 5, 0}, steps)
	require.Len(t, found(t, s), 5)
}

func TestWordsGoWithTheirTicket(t *testing.T) {
	t.Parallel()
	s := open(t, sqlite.InMemory)
	db := sql.OpenDB(s.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	addStreet(t, s)
	_, err := db.ExecContext(t.Context(), `DELETE FROM tickets`)
	require.NoError(t, err)
	var left int
	require.NoError(
		t,
		db.QueryRowContext(
			t.Context(),
			`SELECT count(*) FROM ticket_words WHERE ticket_words MATCH 'straße OR strasse'`,
		).Scan(
			&left,
		),
	)
	require.Zero(t, left)
}

func addStreet(t testing.TB, s *sqlite.Store) {
	t.Helper()
	ticket, err := domain.NewTicket("Straße", "gesperrt", nil, domain.Creators{}, time.Now())
	require.NoError(t, err)
	_, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
	require.NoError(t, err)
}

func found(t *testing.T, s *sqlite.Store) []domain.Ticket {
	t.Helper()
	q, err := search.Parse("STRASSE")
	require.NoError(t, err)
	slice, err := s.ListTickets(t.Context(), ports.TicketFilter{Search: q}, ports.Page{Limit: 100})
	require.NoError(t, err)
	return slice.Items
}
