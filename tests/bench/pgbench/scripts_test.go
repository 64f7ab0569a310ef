package pgbench_test

import (
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/migrations"
	"ticketd/tests/support/testenv"
)

var variable = regexp.MustCompile(`([^:]):[a-z]+\b`)

// statements are a script without what pgbench itself understands, with 1 in place of each variable.
func statements(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var sql []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, `\`) {
			sql = append(sql, line)
		}
	}
	plain := strings.ReplaceAll(variable.ReplaceAllString(strings.Join(sql, ""), "${1}1"), `\gset`, ";")
	return strings.Split(strings.TrimRight(plain, " \n;"), ";")
}

func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("scripts/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(file+" fits the schema and finds or writes something", func(t *testing.T) {
			t.Parallel()
			db := filled(t)
			for _, statement := range statements(t, file) {
				result, err := db.ExecContext(t.Context(), statement)
				require.NoError(t, err, statement)
				n, err := result.RowsAffected()
				require.NoError(t, err)
				require.Positive(t, n, statement)
			}
		})
	}
}

// filled is a database with what each script looks for; ticket 1 can still be classified.
func filled(t *testing.T) *sql.DB {
	t.Helper()
	store, err := postgres.Open(t.Context(), testenv.Postgres(t), postgres.Options{MaxConns: 2})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	m, err := migrations.Postgres(store.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
	db := sql.OpenDB(store.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.ExecContext(t.Context(), `
		INSERT INTO users (name, email, email_key) VALUES ('A', 'a@example.com', 'a@example.com');
		INSERT INTO tickets (title, description, ai_status, category, priority, ai_confidence, classified_by)
		VALUES ('A', 'B', 'pending', 'billing', 'high', 0.9, 'model'),
			('A', 'B', 'done', 'general', 'high', 0.9, 'model')`)
	require.NoError(t, err)
	return db
}
