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
	"ticketd/ports/porttest"
	"ticketd/tests/support/stores"
	"ticketd/tests/support/testenv"
)

// seedSQL makes old tickets general and done, new ones pending: a plan that walks all of them for a rare
// label shows.
const seedSQL = `
INSERT INTO users (name, email, email_key) SELECT 'u', g, g FROM generate_series(1, 50) AS g;
INSERT INTO tickets (created_at, status, ai_status, category, priority, ai_confidence, classified_by,
    created_by, title, description)
SELECT timestamptz '2026-01-01' + g / 3 * interval '1 second',
    (ARRAY['open', 'closed'])[g % 2 + 1]::status_enum,
    (CASE WHEN g > 15000 THEN 'pending' WHEN g % 20 = 0 THEN 'fallback' ELSE 'done' END)::ai_status_enum,
    (CASE WHEN g > 15000 THEN NULL WHEN g % 20 = 0 THEN 'general'
        ELSE (ARRAY['billing', 'technical', 'general'])[g % 3 + 1] END)::category_enum,
    (CASE WHEN g > 15000 THEN NULL WHEN g % 20 = 0 THEN 'medium'
        ELSE (ARRAY['low', 'medium', 'high'])[g / 7 % 3 + 1] END)::priority_enum,
    CASE WHEN g > 15000 THEN NULL WHEN g % 20 = 0 THEN 0 ELSE 0.9 END,
    CASE WHEN g > 15000 THEN NULL WHEN g % 20 = 0 THEN 'fallback' ELSE 'model' END,
    CASE WHEN g % 4 > 0 THEN (SELECT min(id) FROM users) + g % 50 END, 'title', repeat('text ', 60)
FROM generate_series(1, 20000) AS g;
ANALYZE`

// TestSweepsKeepToTheirStep has a planner that looks at rows one by one, as it does where it expects few.
func TestSweepsKeepToTheirStep(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for _, way := range []string{
		"enable_hashjoin", "enable_mergejoin", "enable_hashagg", "enable_sort", "enable_material",
		"enable_memoize", "jit",
	} {
		exec(t, db, `DO $$ BEGIN
			EXECUTE format('ALTER DATABASE %I SET `+way+` = off', current_database());
		END $$`)
	}
	s := connect(t, dsn, 4)
	migrate(t, s)
	id := addTicket(t, s).ID()
	exec(t, db, fmt.Sprintf(`INSERT INTO idempotency_keys (scope, key, fingerprint, ticket_id, created_at)
		SELECT '', g, '', %d, now() - interval '1 year' FROM generate_series(1, %d) AS g`, id, ports.KeySweep+5))
	n, err := s.SweepKeys(t.Context())
	require.NoError(t, err)
	require.Equal(t, ports.KeySweep, n)
	stores.Empty(t, db)
	porttest.WebhookStore(t, inTurn(t, []string{dsn}, true))
}

func TestListsWalkAnIndex(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	migrate(t, connect(t, dsn, 1))
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.ExecContext(t.Context(), seedSQL)
	require.NoError(t, err)

	creator := domain.UserID(7)
	deep := &ports.Position{CreatedAt: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC), ID: 5000}
	for _, size := range []string{
		`SELECT`,
		`UPDATE pg_class SET reltuples = 50 * reltuples WHERE relname LIKE 'tickets%'`, // a million, to the planner
	} {
		exec(t, db, size)
		for _, f := range []ports.TicketFilter{
			{}, {Category: domain.CategoryBilling}, {Priority: domain.PriorityHigh}, {CreatedBy: &creator},
			{Status: domain.StatusOpen}, {Status: domain.StatusClosed},
			{AIStatus: domain.AIStatusDone}, {AIStatus: domain.AIStatusPending}, {AIStatus: domain.AIStatusFallback},
		} {
			for _, page := range []ports.Page{{Limit: 20}, {Limit: 20, After: deep}} {
				plan := explainList(t, db, f, page)
				require.NotContains(t, plan, "Seq Scan")
				require.NotContains(t, plan, "Sort")
				require.NotContains(t, plan, "Filter", "every row that is read is shown")
			}
			plan := explainList(t, db, f, ports.Page{Limit: 20, Offset: 1000})
			require.NotContains(t, plan, "Seq Scan")
			require.NotContains(t, plan, "Filter")
		}
	}
	require.Regexp(t, `Index Cond: \(COALESCE\(claimed_until, next_attempt_at\) > now\(\)\)`,
		explain(t, db, postgres.EndClaimsSQL), "what waits for its first claim is not read")
	for _, f := range []ports.TicketFilter{
		{Category: domain.CategoryBilling, Priority: domain.PriorityHigh, Status: domain.StatusOpen},
		{Category: domain.CategoryBilling, AIStatus: domain.AIStatusFallback, CreatedBy: &creator},
	} {
		require.NotContains(t, explainList(t, db, f, ports.Page{Limit: 20, After: deep}), "Seq Scan")
	}
}

func explainList(t *testing.T, db *sql.DB, f ports.TicketFilter, p ports.Page) string {
	t.Helper()
	query, args := postgres.ListQuery(f, p)
	return fmt.Sprintf("%+v %+v:\n", f, p) + explain(t, db, query, args...)
}

func explain(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	return explainWith(t, db, `COSTS OFF`, query, args...)
}

func explainWith(t *testing.T, db *sql.DB, options, query string, args ...any) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `EXPLAIN (`+options+`) `+query, args...)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var plan []string
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		plan = append(plan, line)
	}
	require.NoError(t, rows.Err())
	return strings.Join(plan, "\n")
}
