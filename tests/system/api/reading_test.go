package api_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// reading are commands that work on what stands in a database.
var reading = map[string]string{
	"export":       "export",
	"train":        "train --from-db --out model",
	"purge":        "purge --closed-before 365d --dry-run",
	"reclassify":   "reclassify",
	"its dry run":  "reclassify --dry-run",
	"dead replay":  "dead replay --all",
	"migrate down": "migrate down --yes",
	"force":        "migrate force 3",
}

func TestCommandsThatReadMakeNoDatabase(t *testing.T) {
	t.Parallel()
	redis := testenv.Redis(t)
	for name, words := range reading {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			path := filepath.Join(folder, "typo.db")
			status, _, errs := system.Run(t, env{"DB_URL": "sqlite://" + path, "REDIS_URL": redis},
				strings.Fields(words)...)
			require.Equal(t, 1, status)
			require.Contains(t, errs, path+" is not there: ")
			require.Contains(t, errs, "`ticketd migrate up` makes its tables")
			left, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestCommandsThatReadMigrateNothing(t *testing.T) {
	t.Parallel()
	redis := testenv.Redis(t)
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		db := fresh(t)
		run := func(words string) (status int, errs string) {
			status, _, errs = system.Run(t, system.Join(system.On(db), env{"REDIS_URL": redis}),
				strings.Fields(words)...)
			return status, errs
		}
		for _, words := range []string{"migrate up", "migrate down --yes"} {
			status, errs := run(words)
			require.Zero(t, status, errs)
		}
		for name, words := range reading {
			if strings.HasPrefix(words, "migrate") {
				continue
			}
			status, errs := run(words)
			require.Equal(t, 1, status, name)
			require.Contains(t, errs, "run `ticketd migrate up` first", name)
		}
		status, errs := run("migrate up")
		require.Zero(t, status, errs)
		execute(t, db, `UPDATE schema_migrations SET version = 9999`)
		status, errs = run("export")
		require.Zero(t, status, errs)
		require.Contains(t, errs, "a newer ticketd migrated this database; this one goes on with it")
	})
}

func TestCommandsAskForTheSettingsThatTheyUse(t *testing.T) {
	t.Parallel()
	redis := testenv.Redis(t)
	wrong := env{"AI_CLASSIFIER": "gpt", "AI_TIMEOUT_MS": "8s", "USE_QUEUE": "y", "REVIEW_THRESHOLD": "70%"}
	for words, settings := range map[string]env{
		"dead list":            {"DB_URL": "mysql://h", "REDIS_URL": redis},
		"reclassify --dry-run": {"REDIS_URL": "hunter"},
		"export":               {"REDIS_URL": "hunter"},
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			db := system.On("sqlite://" + filepath.Join(t.TempDir(), "tickets.db"))
			status, _, errs := system.Run(t, db, "migrate", "up")
			require.Zero(t, status, errs)
			status, _, errs = system.Run(t, system.Join(db, wrong, settings), strings.Fields(words)...)
			require.Zero(t, status, errs)
		})
	}
}
