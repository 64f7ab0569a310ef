package api_test

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// What does not pass by itself comes with what mends it, and is not to be tried again later.
func TestADatabaseThatRefuses(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t)
	execute(t, server.URL(), `CREATE ROLE bob LOGIN`)
	as := func(user, database string) string {
		u, err := url.Parse(server.URL())
		require.NoError(t, err)
		if user != "" {
			u.User = url.User(user)
		}
		if database != "" {
			u.Path = "/" + database
		}
		return u.String()
	}
	refused := func(t *testing.T, db, want string, args ...string) {
		t.Helper()
		status, _, errs := system.Run(t, system.On(db), args...)
		require.Equal(t, 1, status)
		require.Contains(t, errs, want)
		require.NotContains(t, errs, "try again later")
	}
	for name, c := range map[string]struct{ db, want string }{
		"without the database": {as("", "nope"), "`createdb nope` makes it"},
		"without the role":     {as("nobody", ""), "`createuser --login nobody` makes a role that is missing"},
		"on SQLite, in a folder where nothing can be made": {
			"sqlite:///proc/x.db", "the file in DB_URL and its folder have to be writable for this user",
		},
		"on SQLite, without the folder": {
			"sqlite://" + filepath.Join(t.TempDir(), "no", "x.db"), "create it or choose another DB_URL",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.db, c.want, "serve")
			refused(t, c.db, c.want, "migrate", "up")
		})
	}
	t.Run("the role what it needs", func(t *testing.T) {
		t.Parallel()
		execute(t, server.URL(), `REVOKE CREATE ON SCHEMA public FROM PUBLIC`)
		refused(t, as("bob", ""), "GRANT CREATE ON SCHEMA public", "migrate", "up")
		status, _, errs := migrate(t, server.URL(), "up")
		require.Zero(t, status, errs)
		refused(t, as("bob", ""), "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public", "export")
		execute(t, server.URL(), `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO bob`)
		file := filepath.Join(t.TempDir(), "tickets.csv")
		require.NoError(t, os.WriteFile(file, []byte("title,description\na,b\n"), 0o600))
		refused(t, as("bob", ""), "GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public", "import", file)
		execute(t, server.URL(), `GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO bob`)
		for _, args := range [][]string{{"import", file}, {"export", "--full"}} {
			status, _, errs := system.Run(t, system.On(as("bob", "")), args...)
			require.Zero(t, status, errs)
		}
	})
}
