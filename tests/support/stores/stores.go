// Package stores opens stores of both engines for tests.
package stores

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/adapters/sqlite"
	"ticketd/migrations"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

// Store is what either engine offers.
type Store interface {
	ports.TicketStore
	ports.UserStore
	ports.EventStore
	ports.DeliveryStore
	ports.Pinger
}

// Engines open a store without any rows.
var Engines = map[string]func(*testing.T) Store{"sqlite": SQLite, "postgres": Postgres}

// OnEach runs a test on both engines at once; open gives a store without any rows.
func OnEach(t *testing.T, test func(t *testing.T, open func(*testing.T) Store)) {
	t.Helper()
	for name, open := range Engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

// Open opens the store of a database, which the program may use too.
func Open(t *testing.T, dbURL string) Store {
	t.Helper()
	if strings.HasPrefix(dbURL, "sqlite:") {
		return openSQLite(t, dbURL)
	}
	return openPostgres(t, dbURL)
}

// SQLite opens one in memory.
func SQLite(t *testing.T) Store {
	t.Helper()
	s := openSQLite(t, sqlite.InMemory)
	m, err := migrations.SQLite(s.Connector(), s.Path(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
	return s
}

// Postgres opens one in a database that is gone when t ends, or gives t one that others had (Main).
func Postgres(t *testing.T) Store {
	t.Helper()
	if inTurn != nil {
		return inTurn.take(t)
	}
	s := openPostgres(t, testenv.Postgres(t))
	migrate(t, s)
	return s
}

func migrate(t *testing.T, s *postgres.Store) {
	t.Helper()
	m, err := migrations.Postgres(s.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
}

func openSQLite(t *testing.T, dbURL string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), dbURL)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

var options = postgres.Options{MaxConns: 8, Batch: true}

func openPostgres(t *testing.T, dbURL string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), dbURL, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}
