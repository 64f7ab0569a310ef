package postgres_test

import (
	"context"
	"database/sql"
	"log/slog"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/migrations"
	"ticketd/ports/porttest"
	"ticketd/tests/support/stores"
	"ticketd/tests/support/testenv"
)

func TestStore(t *testing.T) {
	t.Parallel()
	for name, batch := range map[string]bool{
		"with a statement per call": false, "with shared statements": true,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fresh := databases(t, runtime.GOMAXPROCS(0), batch)
			porttest.TicketStore(t, fresh)
			porttest.UserStore(t, fresh)
			porttest.EventStore(t, fresh)
			porttest.WebhookStore(t, fresh)
		})
	}
}

// databases gives every test one of n migrated databases, and empties it afterwards: that is faster than
// making one.
func databases(t *testing.T, n int, batch bool) porttest.Factory {
	t.Helper()
	var dsns []string
	for range n {
		dsn := testenv.Postgres(t)
		migrate(t, connect(t, dsn, 1))
		dsns = append(dsns, dsn)
	}
	return inTurn(t, dsns, batch)
}

// inTurn uses migrated databases, over the same connections for all tests within t.
func inTurn(t *testing.T, dsns []string, batch bool) porttest.Factory {
	t.Helper()
	free := make(chan *kept, len(dsns))
	for _, dsn := range dsns {
		k := &kept{open(t, dsn, postgres.Options{MaxConns: 8, Batch: batch}), pool(t, dsn)}
		free <- k
	}
	return func(t *testing.T) porttest.Stores {
		t.Helper()
		k := <-free
		t.Cleanup(func() {
			stores.Empty(t, k.db)
			free <- k
		})
		return k.store
	}
}

type kept struct {
	store *postgres.Store
	db    *sql.DB
}

func connect(t testing.TB, dsn string, conns int) *postgres.Store {
	t.Helper()
	return open(t, dsn, postgres.Options{MaxConns: conns, Batch: true})
}

func open(t testing.TB, dsn string, o postgres.Options) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), dsn, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func migrate(t testing.TB, s *postgres.Store) {
	t.Helper()
	m, err := migrations.Postgres(s.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(context.WithoutCancel(t.Context())))
}
