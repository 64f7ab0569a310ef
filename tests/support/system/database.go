package system

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	_ "github.com/lib/pq"  // the driver of the database that is made and dropped
	_ "modernc.org/sqlite" // the other one
)

// Open opens a database beside the program, for a look at its rows.
func Open(t testing.TB, dbURL string) *sql.DB {
	t.Helper()
	driver, name := "postgres", dbURL
	if path, ok := strings.CutPrefix(dbURL, "sqlite://"); ok {
		driver, name = "sqlite", path
	}
	db, err := sql.Open(driver, name)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// Count counts the tickets, or other rows, that match.
func Count(t testing.TB, db *sql.DB, from string) (n int) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // also at the end of a test
	require.NoError(t, db.QueryRowContext(ctx, `SELECT count(*) FROM `+from).Scan(&n))
	return n
}
