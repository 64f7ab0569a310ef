package postgres_test

import (
	"database/sql"
	"fmt"
	"strings"
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
	look := func(q string, used, unused []string) {
		query, err := search.Parse(q)
		require.NoError(t, err)
		for _, status := range []domain.Status{{}, domain.StatusOpen} {
			f := ports.TicketFilter{Search: query, Status: status}
			plan := executed(t, db, f)
			for _, part := range used {
				require.Contains(t, plan, part, q)
			}
			for _, part := range append(unused, "Seq Scan on tickets", "Seq Scan on ticket_words ") {
				require.NotContains(t, plan, part, q)
			}
		}
	}
	const index, walk = "ticket_words_words", "Scan Backward"
	some := []string{index}
	inOrder := []string{walk}
	for _, size := range []string{
		`SELECT`,
		// In so many the planner takes the order for the shorter way to words that it does not know.
		`UPDATE pg_class SET reltuples = 1000 * reltuples WHERE relname IN ('tickets', 'ticket_words')`,
	} {
		exec(t, db, size)
		look("rare", some, inOrder)
		look("unheard", some, inOrder)
		look(`"text rare"`, some, inOrder)
		look("text unheard -w7", some, inOrder)
		look("text", inOrder, some)
		look("-rare", inOrder, some)
	}
	exec(t, db, `DELETE FROM pg_statistic WHERE starelid = 'ticket_words'::regclass`)
	look("unheard", some, inOrder)
	look("text", inOrder, nil) // 20,000 are too many to sort
}

func TestSearchesFindTheSameWhicheverWayTheyGo(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	exec(t, db, seedSQL)
	exec(t, db, `
INSERT INTO ticket_words (ticket_id, text)
SELECT id, ' title  text ' || CASE WHEN id % 5000 = 0 THEN 'rare ' ELSE '' END || 'w' || id % 100 || ' '
    || CASE WHEN id <= 5000 THEN 'some ' ELSE '' END || CASE WHEN id <= 5001 THEN 'more ' ELSE '' END
FROM tickets`)
	exec(t, db, `VACUUM ANALYZE`)
	deep := &ports.Position{CreatedAt: time.Date(2026, 1, 1, 0, 20, 0, 0, time.UTC), ID: 3600}
	for _, known := range []string{
		`SELECT`, `DELETE FROM pg_statistic WHERE starelid = 'ticket_words'::regclass`,
	} {
		exec(t, db, known)
		for q, matches := range map[string]string{
			"text": `true`, "w7": `id % 100 = 7`, "rare": `id % 5000 = 0`, "text -w7": `id % 100 <> 7`,
			"some": `id <= 5000`, "more": `id <= 5001`, `"text rare"`: `id % 5000 = 0`,
			"some w7": `id <= 5000 AND id % 100 = 7`,
		} {
			query, err := search.Parse(q)
			require.NoError(t, err)
			for _, page := range []ports.Page{{Limit: 20}, {Limit: 20, Offset: 30}, {Limit: 20, After: deep}} {
				for _, status := range []domain.Status{{}, domain.StatusOpen} {
					f := ports.TicketFilter{Search: query, Status: status}
					list, err := s.ListTickets(t.Context(), f, page)
					require.NoError(t, err)
					expected := plainly(t, db, matches, status, page)
					require.Equal(t, expected, idsOf(list.Items), "%s %v %v", q, status, page)
					n, _, err := s.CountTickets(t.Context(), f, 30_000)
					require.NoError(t, err)
					require.Len(t, plainly(t, db, matches, status, ports.Page{Limit: 30_000}), n, "%s %v", q, status)
				}
			}
		}
	}
}

// plainly reads the tickets of a page without the index of words.
func plainly(t *testing.T, db *sql.DB, matches string, status domain.Status, p ports.Page) []domain.TicketID {
	t.Helper()
	if status != (domain.Status{}) {
		matches += ` AND status = '` + status.String() + `'`
	}
	if p.After != nil {
		matches += fmt.Sprintf(` AND (created_at, id) < ('%s', %d)`, p.After.CreatedAt.Format(time.RFC3339),
			p.After.ID)
	}
	rows, err := db.QueryContext(t.Context(), fmt.Sprintf(
		`SELECT id FROM tickets WHERE %s ORDER BY created_at DESC, id DESC OFFSET %d LIMIT %d`, matches, p.Offset,
		p.Limit))
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	ids := []domain.TicketID{}
	for rows.Next() {
		var id domain.TicketID
		require.NoError(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(t, rows.Err())
	return ids
}

func idsOf(list []domain.Ticket) []domain.TicketID {
	ids := make([]domain.TicketID, len(list))
	for i, t := range list {
		ids[i] = t.ID()
	}
	return ids
}

// Each Han letter is a word. Together these are expected in one ticket of 10 to the power of 350.
func TestASearchOfManyCommonWordsIsFound(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	exec(t, db, seedSQL)
	exec(t, db, `
INSERT INTO ticket_words (ticket_id, text)
SELECT id, (SELECT ' ' || string_agg(chr(19968 + n), ' ' ORDER BY n) || ' ' FROM generate_series(0, 159) AS n
    WHERE id = 1 OR n % 200 = id % 200)
FROM tickets WHERE id <= 1000 AND (id = 1 OR id % 200 < 160)`)
	exec(t, db, `VACUUM ANALYZE`)
	var letters []rune
	for n := range 160 {
		letters = append(letters, rune(19968+n))
	}
	query, err := search.Parse(string(letters))
	require.NoError(t, err)
	f := ports.TicketFilter{Search: query}
	list, err := s.ListTickets(t.Context(), f, ports.Page{Limit: 20})
	require.NoError(t, err)
	require.Equal(t, []domain.TicketID{1}, idsOf(list.Items))
	n, _, err := s.CountTickets(t.Context(), f, 100)
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func TestCountsOfRareWordsUseTheIndex(t *testing.T) {
	t.Parallel()
	_, db := migrated(t)
	exec(t, db, seedSQL)
	exec(t, db, `INSERT INTO ticket_words (ticket_id, text) SELECT id, ' title  text ' FROM tickets`)
	exec(t, db, `VACUUM ANALYZE`)
	exec(t, db, `UPDATE pg_class SET reltuples = 1000 * reltuples WHERE relname IN ('tickets', 'ticket_words')`)
	for q, used := range map[string]bool{"unheard": true, "text": false} {
		query, err := search.Parse(q)
		require.NoError(t, err)
		sql, args := postgres.CountSearchedQuery(ports.TicketFilter{Search: query}, 100)
		plan := executedSQL(t, db, sql, args)
		require.Equal(t, used, strings.Contains(plan, "ticket_words_words"), plan)
		require.Equal(t, !used, strings.Contains(plan, "ticket_words_pkey"), plan)
		require.NotContains(t, plan, "Seq Scan on ticket_words ")
	}
	creator := domain.UserID(7)
	exec(t, db, `DELETE FROM pg_statistic WHERE starelid = 'ticket_words'::regclass`)
	query, err := search.Parse("text")
	require.NoError(t, err)
	sql, args := postgres.CountSearchedQuery(ports.TicketFilter{Search: query, CreatedBy: &creator}, 100)
	require.Contains(t, executedSQL(t, db, sql, args), "tickets_by_creator",
		"of a creator's tickets, since more have the word")
}

func executed(t *testing.T, db *sql.DB, f ports.TicketFilter) string {
	t.Helper()
	query, args := postgres.ListQuery(f, ports.Page{Limit: 20})
	return executedSQL(t, db, query, args)
}

// executedSQL runs a query and returns the nodes of its plan that were executed.
func executedSQL(t *testing.T, db *sql.DB, query string, args []any) string {
	t.Helper()
	var plan []string
	for line := range strings.Lines(explainWith(t, db, `ANALYZE, TIMING OFF`, query, args...)) {
		if !strings.Contains(line, "(never executed)") {
			plan = append(plan, line)
		}
	}
	return strings.Join(plan, "")
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
	_, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
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
