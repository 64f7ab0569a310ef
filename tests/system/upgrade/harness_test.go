package upgrade_test

import (
	"database/sql"
	"database/sql/driver"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/adapters/sqlite"
	"ticketd/migrations"
	"ticketd/tests/support/system"
)

const (
	// many is how many tickets the database has before.
	many     = 100_000
	patience = system.Patience
	poll     = 5 * time.Millisecond
)

// database is one with many tickets, of which some are reviewed and some audited, all found by search.
type database struct {
	url      string
	db       *sql.DB
	migrator *migrations.Migrator
}

func onPostgres(t *testing.T) database {
	t.Helper()
	url := system.Postgres(t)
	s, err := postgres.Open(t.Context(), url, postgres.Options{MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.Postgres(s.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return seeded(t, url, s.Connector(), m,
		`INSERT INTO tickets (title, description, ai_status, category, priority, ai_confidence, classified_by,
				review, audit, created_at)
			SELECT 'Ticket ' || n, 'My card was charged twice', 'done', 'billing', 'high', 0.9, 'local',
				CASE WHEN n % 10 = 0 THEN 'confirmed' END, n % 50 = 0, now() - (100001 - n) * interval '1 minute'
			FROM generate_series(1, 100000) n`,
		`INSERT INTO ticket_words (ticket_id, text)
			SELECT id, ' ' || lower(title) || '  my card was charged twice ' FROM tickets`,
		`ANALYZE`)
}

func onSQLite(t *testing.T) database {
	t.Helper()
	url := system.SQLite(t)
	s, err := sqlite.Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.SQLite(s.Connector(), s.Path(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return seeded(t, url, s.Connector(), m,
		`WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
			INSERT INTO tickets (title, description, ai_status, category, priority, ai_confidence, classified_by,
				review, audit, created_at)
			SELECT 'Ticket ' || n, 'My card was charged twice', 'done', 'billing', 'high', 0.9, 'local',
				CASE WHEN n % 10 = 0 THEN 'confirmed' END, n % 50 = 0, (unixepoch() - (100001 - n) * 60) * 1000000
			FROM numbers`,
		`INSERT INTO ticket_words (rowid, title, description)
			SELECT id, lower(title), 'my card was charged twice' FROM tickets`)
}

func seeded(
	t *testing.T, url string, c driver.Connector, m *migrations.Migrator, statements ...string,
) database {
	t.Helper()
	d := database{url, sql.OpenDB(c), m}
	t.Cleanup(func() { require.NoError(t, d.db.Close()) })
	require.NoError(t, m.Up(t.Context()))
	for _, s := range statements {
		_, err := d.db.ExecContext(t.Context(), s)
		require.NoError(t, err)
	}
	require.Equal(t, many, d.count(t, `tickets`))
	return d
}

// newest is the version that this program brings.
func (d database) newest(t *testing.T) int {
	t.Helper()
	s, err := d.migrator.Version(t.Context())
	require.NoError(t, err)
	return int(s.Latest)
}

// back takes the newest steps back.
func (d database) back(t *testing.T, steps int) {
	t.Helper()
	require.NoError(t, d.migrator.Down(t.Context(), steps))
}

func (d database) requireNewest(t *testing.T) {
	t.Helper()
	s, err := d.migrator.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, migrations.Status{Current: s.Latest, Latest: s.Latest}, s)
}

// count counts the tickets, or other rows, that match.
func (d database) count(t *testing.T, from string) int {
	t.Helper()
	return system.Count(t, d.db, from)
}
