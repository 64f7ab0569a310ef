package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/sqlite"
	"ticketd/domain"
	"ticketd/migrations"
	"ticketd/ports"
)

func TestOpenSaysWhatToDo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(content), mode))
		return path
	}
	damaged := "SQLite format 3\x00" + strings.Repeat("damaged ", 1000)
	for dbURL, advice := range map[string]string{
		"sqlite://" + folder + "/missing/tickets.db":             "does not exist: create it",
		"sqlite://" + write("file", "", 0o600) + "/tickets.db":   "does not exist: create it",
		"sqlite://" + folder:                                     "is a folder",
		"sqlite://" + write("notes.txt", "Dear diary, …", 0o600): "is not an SQLite database",
		"sqlite://" + write("short", "SQLite", 0o600):            "is not an SQLite database",
		"sqlite://" + write("damaged.db", damaged, 0o600):        "restore a backup",
		"sqlite://":                   "names no file",
		"sqlite://%zz":                "not well-formed",
		"sqlite://tickets.db?mode=ro": "takes no parameters",
		"tickets.db":                  "begins with sqlite://",
	} {
		_, err := sqlite.Open(t.Context(), dbURL)
		require.ErrorContains(t, err, advice, dbURL)
	}
	if os.Geteuid() != 0 { // root may write everything
		_, err := sqlite.Open(t.Context(), "sqlite://"+write("frozen.db", "", 0o400))
		require.ErrorContains(t, err, "readable and writable")
	}
}

func TestDataSurvivesReopening(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a b?c#d%41 é.db")
	dbURL := "sqlite://" + (&url.URL{Path: path}).EscapedPath()
	first, err := sqlite.Open(t.Context(), dbURL)
	require.NoError(t, err)
	require.Equal(t, path, first.Path())
	migrate(t, first)
	ticket := addTicket(t, first)
	require.NoError(t, first.Close())
	require.FileExists(t, path)

	second := open(t, dbURL)
	got, err := second.Ticket(t.Context(), ticket.ID())
	require.NoError(t, err)
	require.Equal(t, ticket.Snapshot(), got.Snapshot())
}

func TestRelativePath(t *testing.T) { // not parallel: it changes the folder
	t.Chdir(t.TempDir())
	open(t, "sqlite://ticketd.db")
	require.FileExists(t, "ticketd.db")
}

func TestDatabasesInMemoryAreSeparate(t *testing.T) {
	t.Parallel()
	one, other := open(t, sqlite.InMemory), open(t, sqlite.InMemory)
	ticket := addTicket(t, one)
	_, err := other.Ticket(t.Context(), ticket.ID())
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite://"+filepath.Join(t.TempDir(), "tickets.db"))
	db := sql.OpenDB(s.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		require.Equal(t, want, got, pragma)
	}
}

func TestTwoProcessesShareAFile(t *testing.T) {
	t.Parallel()
	dbURL := "sqlite://" + filepath.Join(t.TempDir(), "tickets.db")
	stores := []*sqlite.Store{open(t, dbURL), open(t, dbURL)}
	id := addTicket(t, stores[0]).ID()
	const each = 25
	done := make(chan error, len(stores))
	for _, s := range stores {
		go func() { done <- closeAndReopen(t.Context(), s, id, each) }()
	}
	for range stores {
		require.NoError(t, <-done)
	}
	for _, s := range stores {
		ticket, err := s.Ticket(t.Context(), id)
		require.NoError(t, err)
		require.EqualValues(t, 1+2*each, ticket.Version())
	}
}

func closeAndReopen(ctx context.Context, s *sqlite.Store, id domain.TicketID, times int) error {
	for done := 0; done < times; {
		ticket, err := s.Ticket(ctx, id)
		if err != nil {
			return err
		}
		ticket.Close(time.Now())
		if err = s.SaveTicket(ctx, ticket); err == nil {
			done++
		} else if !errors.Is(err, domain.ErrTicketChanged) {
			return err
		}
	}
	return nil
}

func TestAnotherProcessHoldsTheLock(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite://"+filepath.Join(t.TempDir(), "tickets.db"))
	ticket := addTicket(t, s)
	other := sql.OpenDB(s.Connector())
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	tx, err := other.BeginTx(t.Context(), nil) // immediate: it takes the lock
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	err = s.SaveTicket(ctx, ticket)
	require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = s.ClaimTicket(ctx, ticket.ID(), ports.Lease{Time: time.Minute})
	require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	require.Less(t, time.Since(start), 3*time.Second)
	_, err = s.Ticket(t.Context(), ticket.ID())
	require.NoError(t, err, "readers go on")

	err = s.SaveTicket(t.Context(), ticket) // without a deadline it waits for busy_timeout
	require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	require.NoError(t, tx.Rollback())
	require.NoError(t, s.SaveTicket(t.Context(), ticket))
}

func TestMissingSchemaIsNoConflict(t *testing.T) {
	t.Parallel()
	s, err := sqlite.Open(t.Context(), sqlite.InMemory)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	_, err = s.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 1})
	require.Equal(t, domain.KindInternal, domain.KindOf(err))
}

func addTicket(t *testing.T, s *sqlite.Store) domain.Ticket {
	t.Helper()
	ticket, err := domain.NewTicket("Title", "Description", nil, domain.Creators{}, time.Now())
	require.NoError(t, err)
	ticket, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
	require.NoError(t, err)
	return ticket
}

func TestEightProcessesStartAtOnce(t *testing.T) {
	t.Parallel()
	dbURL := "sqlite://" + filepath.Join(t.TempDir(), "tickets.db")
	const starters = 8
	results := make(chan error, starters)
	for range starters {
		go func() { results <- startAndAdd(t.Context(), dbURL) }()
	}
	for range starters {
		require.NoError(t, <-results)
	}
	n, exact, err := open(t, dbURL).CountTickets(t.Context(), ports.TicketFilter{}, 100)
	require.NoError(t, err)
	require.True(t, exact)
	require.Equal(t, starters, n)
}

// startAndAdd is what a process does first.
func startAndAdd(ctx context.Context, dbURL string) error {
	s, err := sqlite.Open(ctx, dbURL)
	if err != nil {
		return err
	}
	m, err := migrations.SQLite(s.Connector(), s.Path(), slog.New(slog.DiscardHandler))
	if err != nil {
		return errors.Join(err, s.Close())
	}
	if err := m.Up(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	ticket, err := domain.NewTicket("Title", "Description", nil, domain.Creators{}, time.Now())
	if err == nil {
		_, err = s.AddTicket(ctx, ticket, ports.Lease{})
	}
	return errors.Join(err, s.Close())
}
