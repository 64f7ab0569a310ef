package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
	"ticketd/tests/support/testenv"
)

// oddTicketsSQL stores tickets of many times, each with all fractions of a second, in every form that a row
// may have.
const oddTicketsSQL = `
INSERT INTO users (name, email, email_key) VALUES ('u', 'u', 'u');
INSERT INTO tickets (created_at, updated_at, closed_at, status, ai_status, category, priority, ai_confidence,
    classified_by, created_by, round, version, review, needs_review, audit, title, description)
SELECT at, CASE WHEN n % 3 > 0 THEN at + n * interval '1 day 1 microsecond' END,
    CASE WHEN n % 2 = 0 THEN at + n * interval '7 hours 999999 microseconds' END,
    (ARRAY['closed', 'open'])[n % 2 + 1]::status_enum,
    (ARRAY['pending', 'done', 'done', 'fallback'])[n % 4 + 1]::ai_status_enum,
    (ARRAY[NULL, 'billing', 'technical', 'general'])[n % 4 + 1]::category_enum,
    (ARRAY[NULL, 'low', 'high', 'medium'])[n % 4 + 1]::priority_enum,
    (ARRAY[NULL, NULL, 1e-7 + n / 3e3, 0])[n % 4 + 1],
    (ARRAY[NULL, 'human', 'local', 'fallback'])[n % 4 + 1],
    CASE WHEN n % 5 > 0 THEN (SELECT id FROM users) END, n + 1, 9223372036854775807 - n,
    (ARRAY[NULL, 'corrected', 'confirmed'])[n % 3 + 1], n % 7 = 0, n % 6 = 0,
    (ARRAY['(beta),', 'beta "ß" \\', E'beta\n,)(', '€ beta 𝄞'])[n % 4 + 1], (ARRAY['', '),(', '"'])[n % 3 + 1]
FROM (
    SELECT row_number() OVER ()::integer AS n, day::timestamptz + fraction AS at
    FROM unnest(ARRAY[
        '4713-01-02 00:00:00+00 BC', '0044-03-15 12:00:00+00 BC', '0001-12-31 23:59:59+00 BC',
        '0001-01-01 00:00:00+00', '0622-07-16 05:00:00+00', '1582-10-04 23:59:59+00',
        '1883-11-18 12:03:57+00', '1899-12-31 23:59:59+00', '1969-12-31 23:59:59+00',
        '1970-01-01 00:00:00+00', '2000-02-29 23:59:59+00', '2026-03-29 01:00:00+00',
        '2026-10-25 00:59:59+00', '2038-01-19 03:14:07+00', '2262-04-11 23:47:16+00',
        '9999-12-31 23:59:59+00', '12026-01-01 00:00:00+00'
    ]) AS day, unnest(ARRAY[
        '0', '1 microsecond', '0.1', '0.123456', '0.5', '0.999', '0.999999'
    ]::interval[]) AS fraction
) AS times`

// The form in which PostgreSQL writes a time depends on the session. What a list says must not.
func TestAListReadsWhatAReadOfEachTicketDoes(t *testing.T) {
	t.Parallel()
	const tickets = 17 * 7
	dsn := testenv.Postgres(t)
	s := connect(t, dsn, 1)
	migrate(t, s)
	exec(t, pool(t, dsn), oddTicketsSQL)
	_, err := s.IndexOlder(t.Context(), 0, tickets)
	require.NoError(t, err)
	beta, err := search.Parse("beta")
	require.NoError(t, err)
	for name, settings := range map[string]string{
		"as the server is":                      "",
		"in UTC":                                "&TimeZone=UTC",
		"with minutes in the offset":            "&TimeZone=Asia/Kathmandu",
		"with seconds in the offset of old":     "&TimeZone=Europe/Amsterdam",
		"in the west, with an hour in the east": "&TimeZone=America/Juneau",
		"a day ahead":                           "&TimeZone=Pacific/Kiritimati",
		"in a zone of its own":                  "&TimeZone=X-03:30",
		"with another form of intervals":        "&IntervalStyle=sql_standard",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, dsn+settings, postgres.Options{MaxConns: 2})
			for _, f := range []ports.TicketFilter{{}, {Search: beta}} {
				all, err := s.ListTickets(t.Context(), f, ports.Page{Limit: 2 * tickets})
				require.NoError(t, err)
				require.Len(t, all.Items, tickets)
				page := ports.Page{Limit: 1}
				for _, listed := range all.Items {
					read, err := s.Ticket(t.Context(), listed.ID())
					require.NoError(t, err)
					require.Equal(t, read, listed)
					next, err := s.ListTickets(t.Context(), f, page)
					require.NoError(t, err)
					require.Equal(t, []domain.Ticket{read}, next.Items)
					page.After = next.Next
				}
				require.Nil(t, page.After)
			}
		})
	}
}
