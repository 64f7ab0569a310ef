package postgres_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
	"ticketd/tests/support/testenv"
)

func TestTicketsOfAnOlderVersionBecomeSearchable(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	for range 6 {
		addStreet(t, s)
	}
	indexNew(t, s, 6)
	exec(t, db, `DELETE FROM ticket_words WHERE ticket_id <> 3`)
	addStreet(t, s) // not indexed, but not of an older version
	require.Len(t, found(t, s), 2)

	var steps []domain.TicketID
	for last := domain.TicketID(0); len(steps) == 0 || last > 0; {
		var err error
		last, err = s.IndexOlder(t.Context(), last, 2)
		require.NoError(t, err)
		steps = append(steps, last)
	}
	require.Equal(t, []domain.TicketID{2, 4, 6, 7, 0}, steps)
	require.Len(t, found(t, s), 7)
}

func TestWordsGoWithTheirTicket(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	addStreet(t, s)
	indexNew(t, s, 1)
	addStreet(t, s)
	exec(t, db, `DELETE FROM tickets`)
	require.Empty(t, found(t, s))
	addStreet(t, s)
	indexNew(t, s, 2) // the words of the deleted one are only in the way
	require.Len(t, found(t, s), 1)
	var left int
	require.NoError(
		t,
		db.QueryRowContext(
			t.Context(),
			`SELECT (SELECT count(*) FROM ticket_words) + (SELECT count(*) FROM ticket_words_new)`,
		).Scan(
			&left,
		),
	)
	require.Equal(t, 1, left)
}

func TestSearchesUseTheIndexForRareWordsAndTheOrderForFrequentOnes(t *testing.T) {
	t.Parallel()
	_, db := migrated(t)
	exec(t, db, seedSQL)
	exec(t, db, `
INSERT INTO ticket_words (ticket_id, text)
SELECT id, ' title  text ' || CASE WHEN id % 5000 = 0 THEN 'rare ' ELSE '' END || 'w' || id % 100 || ' '
FROM tickets`)
	exec(t, db, `VACUUM ANALYZE`)
	for _, status := range []domain.Status{{}, domain.StatusOpen} {
		for q, used := range map[string]string{
			"rare": "ticket_words_words", `"text rare"`: "ticket_words_words",
			"text": "Scan Backward", "-rare": "Scan Backward",
		} {
			query, err := search.Parse(q)
			require.NoError(t, err)
			plan := explainList(t, db, ports.TicketFilter{Search: query, Status: status}, ports.Page{Limit: 20})
			require.Contains(t, plan, used, q)
			require.NotContains(t, plan, "Seq Scan on tickets")
			require.NotContains(t, plan, "Seq Scan on ticket_words\n")
		}
	}
}

func migrated(t testing.TB) (*postgres.Store, *sql.DB) {
	t.Helper()
	s := connect(t, testenv.Postgres(t), 4)
	migrate(t, s)
	db := sql.OpenDB(s.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return s, db
}

func exec(t testing.TB, db *sql.DB, query string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), query)
	require.NoError(t, err)
}

func addStreet(t testing.TB, s *postgres.Store) {
	t.Helper()
	ticket, err := domain.NewTicket("Straße", "gesperrt", nil, domain.Creators{}, time.Now())
	require.NoError(t, err)
	_, err = s.AddTicket(t.Context(), ticket, 0)
	require.NoError(t, err)
}

func indexNew(t testing.TB, s *postgres.Store, want int) {
	t.Helper()
	n, err := s.IndexNew(t.Context(), 100)
	require.NoError(t, err)
	require.Equal(t, want, n)
}

func found(t testing.TB, s *postgres.Store) []domain.Ticket {
	t.Helper()
	q, err := search.Parse("STRASSE")
	require.NoError(t, err)
	slice, err := s.ListTickets(t.Context(), ports.TicketFilter{Search: q}, ports.Page{Limit: 100})
	require.NoError(t, err)
	return slice.Items
}
