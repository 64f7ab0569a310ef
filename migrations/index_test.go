package migrations_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	building = `CREATE INDEX CONCURRENTLY%tickets_reviewed%`
	invalid  = `SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('tickets_reviewed') AND NOT indisvalid`
	valid    = `SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('tickets_reviewed') AND indisvalid`
)

// beforeIndexes returns a database before the steps that build an index while tickets are written, and a
// transaction that such a build waits for.
func beforeIndexes(t *testing.T) (database, *sql.Tx) {
	t.Helper()
	d := onPostgres(t)
	require.NoError(t, d.Up(t.Context()))
	require.NoError(t, d.Down(t.Context(), latest-6))
	d.exec(t, `INSERT INTO tickets (title, description) VALUES ('t', 'd')`)
	return d, d.begin(t, `SELECT count(*) FROM tickets`, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
}

func TestIndexThatWasCutOffIsBuiltAgain(t *testing.T) {
	t.Parallel()
	d, old := beforeIndexes(t)
	result := d.inBackground(t.Context())
	d.kill(t, d.waiting(t, "%"+building))
	require.ErrorContains(t, <-result, "0007_tickets_reviewed")
	require.NoError(t, old.Rollback())
	require.True(t, d.finds(t, invalid), "what IF NOT EXISTS would take for the index")
	d.requireAt(t, 6)

	require.NoError(t, d.Up(t.Context()))
	require.True(t, d.finds(t, valid))
	d.requireAt(t, latest)
}

func TestIndexThatIsThereStays(t *testing.T) {
	t.Parallel()
	d, old := beforeIndexes(t)
	require.NoError(t, old.Rollback())
	d.exec(t, `CREATE INDEX tickets_reviewed ON tickets (review)`)
	require.NoError(t, d.Up(t.Context()), "somebody made it ahead of the migration, at a quiet hour")
	require.True(t, d.finds(t, valid+` AND indnatts = 1`))
	d.requireAt(t, latest)
}

func TestIndexWaitsForOldTransactionsWhileTicketsAreWritten(t *testing.T) {
	t.Parallel()
	d, old := beforeIndexes(t)
	result := d.inBackground(t.Context())
	d.waiting(t, "%"+building)
	require.Eventually(t, func() bool {
		d.exec(t, `SET lock_timeout = '1s'; INSERT INTO tickets (title, description) VALUES ('t', 'd');
			UPDATE tickets SET status = 'closed'`)
		// 3 seconds are longer than a step waits for a table.
		return d.finds(t, `SELECT 1 FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'
			AND now() - query_start > interval '3 seconds' AND query LIKE '%`+building+`'`)
	}, patience, poll)
	require.NoError(t, old.Rollback())
	require.NoError(t, <-result)
	d.requireAt(t, latest)
}
