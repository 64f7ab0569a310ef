package postgres_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/adapters/postgres"
	"ticketd/tests/support/testenv"
)

// reviewSomeSQL lets people look at one ticket of fifty.
const reviewSomeSQL = `
UPDATE tickets SET review = 'confirmed' WHERE id % 50 = 0 AND ai_status = 'done';
ANALYZE`

func TestLabelledTicketsReadNoTextInVain(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	migrate(t, connect(t, dsn, 1))
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.ExecContext(t.Context(), seedSQL+";"+reviewSomeSQL)
	require.NoError(t, err)
	all := explain(t, db, postgres.LabelledSQL(), 1000, sqlstore.LabelledPage)
	require.Contains(t, all, "using tickets_reviewed")
	require.NotContains(t, all, "Seq Scan")
}
