package sqlite_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/adapters/sqlite"
)

func TestLabelledTicketsReadNoTextInVain(t *testing.T) {
	t.Parallel()
	s := open(t, sqlite.InMemory)
	db := sql.OpenDB(s.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	all := explain(t, db, sqlite.LabelledSQL(), 1000, sqlstore.LabelledPage)
	require.Contains(t, all, "COVERING INDEX tickets_reviewed")
	require.Contains(t, all, "INTEGER PRIMARY KEY (rowid=?)")
}
