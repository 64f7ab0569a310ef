package sqlite_test

import (
	"database/sql"
	"strings"
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
	rows, err := db.QueryContext(
		t.Context(),
		`EXPLAIN QUERY PLAN `+sqlite.LabelledSQL(),
		1000,
		sqlstore.LabelledPage,
	)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var line string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &line))
		plan = append(plan, line)
	}
	require.NoError(t, rows.Err())
	all := strings.Join(plan, "\n")
	require.Contains(t, all, "COVERING INDEX tickets_reviewed")
	require.Contains(t, all, "INTEGER PRIMARY KEY (rowid=?)")
}
