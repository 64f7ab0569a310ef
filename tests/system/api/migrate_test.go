package api_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/system"
)

// migrate runs ticketd migrate and returns the status, and what it wrote.
func migrate(t *testing.T, db string, args ...string) (status int, out, errs string) {
	t.Helper()
	return system.Run(t, system.On(db), append([]string{"migrate"}, args...)...)
}

var versions = regexp.MustCompile(`^schema version (\d+), newest known (\d+)`)

// version wants the last line of a command to say where the schema is.
func version(t *testing.T, out string) (current, newest string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(out), "\n")
	found := versions.FindStringSubmatch(lines[len(lines)-1])
	require.NotNil(t, found, out)
	return found[1], found[2]
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		db := fresh(t)
		good := func(args ...string) (current, newest string) {
			status, out, errs := migrate(t, db, args...)
			require.Zero(t, status, errs)
			require.Empty(t, errs)
			return version(t, out)
		}
		current, newest := good("version")
		require.Equal(t, "0", current)
		if path, ok := strings.CutPrefix(db, "sqlite://"); ok {
			require.NoFileExists(t, path)
		}
		for range 2 {
			current, _ = good("up")
			require.Equal(t, newest, current)
		}
		status, out, errs := migrate(t, db, "down")
		require.Equal(t, 1, status)
		require.Empty(t, out)
		require.Contains(t, errs, " with 0 rows\nticketd: nothing was taken back: say --yes")
		status, out, errs = migrate(t, db, "down", "--yes")
		require.Zero(t, status, errs)
		require.Regexp(t, `^took back [0-9]{4}_\w+\n`, out)
		before, _ := version(t, out)
		require.NotEqual(t, newest, before)
		current, _ = good("up")
		require.Equal(t, newest, current)
		for _, v := range []string{before, newest} {
			current, _ = good("force", v)
			require.Equal(t, v, current)
		}

		for _, wrong := range [][]string{{"down", "99"}, {"down", "0"}, {"force", "9999"}} {
			status, _, errs := migrate(t, db, wrong...)
			require.Equal(t, 1, status, wrong)
			require.Equal(t, 1, strings.Count(errs, "\n"), errs)
		}
		status, _, _ = migrate(t, db, "force", "newest")
		require.Equal(t, 2, status, "a wrong command line")
		current, _ = good("version")
		require.Equal(t, newest, current)

		s := system.Serve(t, system.On(db), env{"MIGRATE": "false"})
		s.Post(t, "Refund my invoice")
	})
}

func TestWhatMigrateDoesIsSaid(t *testing.T) {
	t.Parallel()
	db := "sqlite://" + filepath.Join(t.TempDir(), "tickets.db")
	says := func(want string, args ...string) {
		status, out, errs := migrate(t, db, args...)
		require.Zero(t, status, errs)
		require.Contains(t, out, want)
	}
	says("is not there: `ticketd migrate up` makes it", "version")
	says("made 0001_users, 0002_tickets", "up")
	says("nothing to do", "up")
	says("took back 0015_claimers, 0014_webhooks\nschema version 13", "down", "2", "--yes")
	says("; `ticketd migrate up` brings it there", "version")
	says("made 0014_webhooks, 0015_claimers", "up")
	says("took back 0015_", "down", "15", "--yes")
	says("nothing to do", "down")
}

func TestASchemaThatIsNotOurs(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		db := fresh(t)
		status, out, _ := migrate(t, db, "up")
		require.Zero(t, status)
		_, newest := version(t, out)

		execute(t, db, `UPDATE schema_migrations SET dirty = true`)
		p := system.Launch(t, system.On(db))
		require.Equal(t, 1, p.Wait(patience), "a migration was cut off")
		require.Contains(t, p.Stderr(), "ticketd migrate force "+newest)
		_, out, _ = migrate(t, db, "version")
		require.Contains(t, out, "cut off")
		status, _, errs := migrate(t, db, "force", newest)
		require.Zero(t, status, errs)

		execute(t, db, `UPDATE schema_migrations SET version = 9999`)
		s := system.Serve(t, system.On(db))
		require.Equal(t, "warn", s.WaitLog("a newer ticketd migrated this database; this one goes on with it",
			0)["level"])
		s.Post(t, "Refund my invoice")
		status, out, _ = migrate(t, db, "up")
		require.Zero(t, status)
		require.Contains(t, out, "newer")
	})
}

func TestASchemaThatNobodyMayMigrate(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		s := system.Serve(t, system.On(fresh(t)), env{"MIGRATE": "false"})
		line := s.WaitLog(
			"the database schema is older than this program and MIGRATE is false: run `ticketd migrate up`", 0)
		require.Equal(t, "warn", line["level"])
		require.Equal(t, "0", fmt.Sprint(line["version"]))
	})
}

func execute(t *testing.T, dbURL, query string) {
	t.Helper()
	_, err := system.Open(t, dbURL).ExecContext(t.Context(), query)
	require.NoError(t, err)
}
