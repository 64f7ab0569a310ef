package sqlite_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/sqlite"
	"ticketd/migrations"
	"ticketd/ports/porttest"
)

func TestStoreOnFile(t *testing.T) {
	t.Parallel()
	porttest.TicketStore(t, onFile)
	porttest.UserStore(t, onFile)
	porttest.EventStore(t, onFile)
	porttest.WebhookStore(t, onFile)
}

func TestStoreInMemory(t *testing.T) {
	t.Parallel()
	porttest.TicketStore(t, inMemory)
	porttest.UserStore(t, inMemory)
	porttest.EventStore(t, inMemory)
	porttest.WebhookStore(t, inMemory)
}

func onFile(t *testing.T) porttest.Stores {
	t.Helper()
	return open(t, "sqlite://"+filepath.Join(t.TempDir(), "tickets.db"))
}

func inMemory(t *testing.T) porttest.Stores {
	t.Helper()
	return open(t, sqlite.InMemory)
}

// open opens a store with the newest schema.
func open(t testing.TB, url string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	migrate(t, s)
	return s
}

func migrate(t testing.TB, s *sqlite.Store) {
	t.Helper()
	m, err := migrations.SQLite(s.Connector(), s.Path(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(context.WithoutCancel(t.Context())))
}
