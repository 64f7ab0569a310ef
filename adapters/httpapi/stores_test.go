package httpapi_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/adapters/sqlite"
	"ticketd/migrations"
	"ticketd/ports"
	"ticketd/tests/testenv"
)

// store is what the API needs of either engine.
type store interface {
	ports.TicketStore
	ports.UserStore
	ports.Pinger
}

// onEveryStore runs a test on both engines; open gives a store without any rows.
func onEveryStore(t *testing.T, test func(t *testing.T, open func(t *testing.T) store)) {
	t.Helper()
	for name, open := range map[string]func(t *testing.T) store{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

func openSQLite(t *testing.T) store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.InMemory)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.SQLite(s.Connector(), s.Path(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
	return s
}

func openPostgres(t *testing.T) store {
	t.Helper()
	s, err := postgres.Open(t.Context(), testenv.Postgres(t), postgres.Options{MaxConns: 4})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.Postgres(s.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
	return s
}
