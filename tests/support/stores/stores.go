// Package stores opens empty stores of both engines for tests.
package stores

import (
	"log/slog"
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
	ports.Pinger
}

// OnEach runs a test on both engines at once; open gives a store without any rows.
func OnEach(t *testing.T, test func(t *testing.T, open func(*testing.T) Store)) {
	t.Helper()
	for name, open := range map[string]func(*testing.T) Store{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

// SQLite opens one in memory.
func SQLite(t *testing.T) Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.InMemory)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.SQLite(s.Connector(), s.Path(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
	return s
}

// Postgres opens one in a database of its own, which is gone when t ends.
func Postgres(t *testing.T) Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), testenv.Postgres(t), postgres.Options{MaxConns: 8, Batch: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.Postgres(s.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
	return s
}
