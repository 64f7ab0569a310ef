// Package system runs the real program with all that it works with, for tests that look at it from outside.
package system

import (
	"fmt"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/testenv"
)

// Patience bounds every wait for what comes soon on an idle machine: many processes share few cores.
const Patience = 2 * time.Minute

// Env holds settings by the names of their environment variables.
type Env = map[string]string

// Join returns all the settings. Of those that are set twice the later ones count.
func Join(settings ...Env) Env {
	all := Env{}
	for _, s := range settings {
		maps.Copy(all, s)
	}
	return all
}

// Settings are those of a server on a free port without a limit, but for what the given ones change.
func Settings(settings ...Env) Env {
	return Join(append([]Env{{"PORT": "0", "RATE_LIMIT_MAX_REQUESTS": "0"}}, settings...)...)
}

// On has the program work on a database.
func On(dbURL string) Env { return Env{"DB_URL": dbURL} }

// Queue turns queue mode on.
func Queue(redisURL string) Env { return Env{"USE_QUEUE": "true", "REDIS_URL": redisURL} }

// Asking has the program ask the imitation of the model.
func Asking(m *modelserver.Server) Env {
	return Env{"OPENAI_API_KEY": modelserver.Key, "OPENAI_BASE_URL": m.URL()}
}

// Timeout is how long a ticket waits for the model.
func Timeout(d time.Duration) Env { return Env{"AI_TIMEOUT_MS": fmt.Sprint(d.Milliseconds())} }

// SQLite returns the DB_URL of a file that does not exist yet.
func SQLite(t *testing.T) string {
	t.Helper()
	return "sqlite://" + filepath.Join(t.TempDir(), "tickets.db")
}

// Postgres returns the DB_URL of an empty database of t's own.
func Postgres(t *testing.T) string {
	t.Helper()
	return testenv.Postgres(t)
}

// OnEveryStore runs a test on both engines at once; fresh returns the DB_URL of an empty database.
func OnEveryStore(t *testing.T, test func(t *testing.T, fresh func(t *testing.T) string)) {
	t.Helper()
	for name, fresh := range map[string]func(*testing.T) string{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, fresh)
		})
	}
}
