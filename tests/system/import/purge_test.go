package import_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/system"
)

// closedLongAgo stores n tickets that were closed 400 days ago, one that was closed 10 days ago and an open
// one.
func closedLongAgo(t *testing.T, s ports.TicketStore, n int) {
	t.Helper()
	now := time.Now()
	batch := make([]ports.ImportedTicket, n+2)
	for i := range batch {
		ticket, err := domain.NewTicket(title(i), "My card was charged twice.", nil, domain.Creators{},
			now.AddDate(0, 0, -500))
		require.NoError(t, err)
		require.True(t, ticket.FallBack(1, domain.Attempt{Err: domain.ErrNotClassified, At: ticket.CreatedAt()}))
		switch i {
		case n:
			ticket.Close(now.AddDate(0, 0, -10))
		case n + 1:
		default:
			ticket.Close(now.AddDate(0, 0, -400))
		}
		batch[i] = ports.ImportedTicket{Key: fmt.Sprint(i), Ticket: ticket}
	}
	_, err := s.AddImported(t.Context(), "crm", batch)
	require.NoError(t, err)
}

func TestPurge(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.migrate(t)
		inside := s.open(t)
		closedLongAgo(t, inside, 450)

		dry := s.good(t, "purge", "--closed-before", "365d", "--dry-run")
		require.Regexp(t, `^450 tickets that were closed before \S+Z would be deleted\n$`, dry.stdout)
		require.Equal(t, 452, count(t, inside, ports.TicketFilter{}))

		done := s.good(t, "purge", "--closed-before", "365d")
		require.Regexp(t, `^450 tickets that were closed before \S+Z deleted\n$`, done.stdout)
		require.Empty(t, done.stderr)
		require.Equal(t, 2, count(t, inside, ports.TicketFilter{}))
		require.Contains(t, s.good(t, "purge", "--closed-before", "365d", "--yes").stdout, "0 tickets")

		day := time.Now().AddDate(0, 0, -9).Format(time.DateOnly)
		require.Contains(t, s.good(t, "purge", "--closed-before", day).stdout,
			"1 tickets that were closed before "+day+"T00:00:00Z deleted")
		require.Len(t, lines(t, s.good(t, "export").stdout), 1, "what is open stays")
	})
}

// A program before this one notes neither when a ticket changed nor when it was closed.
func TestPurgeGuessesWhenNobodyNotedTheClosing(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.migrate(t)
		closedLongAgo(t, s.open(t), 2)
		_, err := system.Open(t, s.url).ExecContext(t.Context(),
			`UPDATE tickets SET closed_at = NULL, updated_at = NULL`)
		require.NoError(t, err)
		for _, mode := range []string{"--dry-run", "--yes"} {
			c := s.good(t, "purge", "--closed-before", "450d", mode)
			require.Contains(t, c.stdout, "3 tickets")
			require.Contains(t, c.stderr, "nobody noted when 3 of them were closed")
		}
	})
}

func TestPurgeRefuses(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		unused := s.run(t, "purge", "--closed-before", "365d")
		require.Equal(t, 1, unused.status)
		require.Contains(t, unused.stderr, "no ticketd has stored anything in this database yet")
		if path, ok := strings.CutPrefix(s.url, "sqlite://"); ok {
			require.NoFileExists(t, path)
		}
		s.migrate(t)
		for _, when := range []string{"365", "", "-1d", "1.5d", "d", "100001d", "0", "yesterday", "2026-13-01",
			"-5h"} {
			c := s.run(t, "purge", "--closed-before="+when)
			require.Equal(t, 1, c.status, when)
			require.Contains(t, c.stderr, "--closed-before must be an age such as 365d", when)
		}
		c := s.run(t, "purge", "--closed-before", time.Now().AddDate(0, 0, 2).Format(time.DateOnly))
		require.Contains(t, c.stderr, "must not be in the future")
		require.Equal(t, 2, s.run(t, "purge").status)

		s.good(t, "migrate", "down", "--yes")
		older := s.run(t, "purge", "--closed-before", "365d")
		require.Equal(t, 1, older.status)
		require.Contains(t, older.stderr, "run `ticketd migrate up` first")
	})
}

func TestAPurgeThatIsInterrupted(t *testing.T) {
	t.Parallel()
	s := store{system.Postgres(t)}
	s.migrate(t)
	inside := s.open(t)
	closedLongAgo(t, inside, 450)
	db := system.Open(t, s.url)
	locked, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = locked.ExecContext(t.Context(), `LOCK TABLE ticket_words_new`)
	require.NoError(t, err)
	p := s.start(t, nil, "purge", "--closed-before", "365d")
	const waiting = `pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
	require.Eventually(t, func() bool { return system.Count(t, db, waiting) > 0 }, patience, poll)
	require.NoError(t, syscall.Kill(p.PID(), syscall.SIGINT))
	require.NoError(t, locked.Rollback())
	require.Equal(t, 1, p.Wait(patience))
	require.Contains(t, p.Stderr(), "interrupted; what is deleted stays deleted, and the same command goes on")
	var deleted int
	_, err = fmt.Sscanf(p.Log(), "%d tickets that were closed before ", &deleted)
	require.NoError(t, err)
	require.Positive(t, deleted, "the step under way")
	require.Less(t, deleted, 450)
	require.Equal(t, 452-deleted, count(t, inside, ports.TicketFilter{}))
	rest := s.good(t, "purge", "--closed-before", "365d").stdout
	require.Contains(t, rest, fmt.Sprint(450-deleted)+" tickets")
}

func TestPurgeLeavesNoDatabaseBehind(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "typo.db")
	c := store{"sqlite://" + path}.run(t, "purge", "--closed-before", "365d", "--dry-run")
	require.Equal(t, 1, c.status)
	require.Contains(t, c.stderr, path+" is not there")
	require.NoFileExists(t, path)
}
