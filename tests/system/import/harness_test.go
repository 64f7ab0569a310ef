package import_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/adapters/sqlite"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/process"
	"ticketd/tests/support/testenv"
)

const (
	// patience is how long a command may take: 100,000 tickets on two busy cores take minutes.
	patience = 10 * time.Minute
	poll     = 50 * time.Millisecond
)

// store is a database that the program works on, and a look into it.
type store struct {
	url  string
	open func(t *testing.T) ports.TicketStore
}

func onEveryStore(t *testing.T, test func(t *testing.T, s store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		url := "sqlite://" + filepath.Join(t.TempDir(), "tickets.db")
		test(t, store{url, func(t *testing.T) ports.TicketStore {
			s, err := sqlite.Open(t.Context(), url)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			return s
		}})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := testenv.Postgres(t)
		test(t, store{url, func(t *testing.T) ports.TicketStore {
			s, err := postgres.Open(t.Context(), url, postgres.Options{MaxConns: 2})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			return s
		}})
	})
}

// command is a run of the program that ended.
type command struct {
	status         int
	stdout, stderr string
}

func (s store) start(t *testing.T, env map[string]string, args ...string) *process.Process {
	t.Helper()
	all := map[string]string{"DB_URL": s.url}
	for name, value := range env {
		all[name] = value
	}
	return process.Start(t, all, args...)
}

func (s store) run(t *testing.T, args ...string) command {
	t.Helper()
	p := s.start(t, nil, args...)
	status := p.Wait(patience)
	return command{status, p.Log(), p.Stderr()}
}

// good runs a command that must end well.
func (s store) good(t *testing.T, args ...string) command {
	t.Helper()
	c := s.run(t, args...)
	require.Zero(t, c.status, "%s\n%s", c.stdout, c.stderr)
	return c
}

func (s store) migrate(t *testing.T) { s.good(t, "migrate", "up") }

func count(t *testing.T, s ports.TicketLister, f ports.TicketFilter) int {
	t.Helper()
	n, exact, err := s.CountTickets(t.Context(), f, 1_000_000)
	require.NoError(t, err)
	require.True(t, exact)
	return n
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// generate writes a CSV of n tickets with titles that differ; with ids or without.
func generate(t *testing.T, n int, ids bool) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old tickets.csv")
	file, err := os.Create(path)
	require.NoError(t, err)
	w := csv.NewWriter(file)
	require.NoError(t, w.Write([]string{"external_id", "title", "description"}))
	words := strings.Fields("refund invoice charge login crash error question thanks urgent slow password account export")
	for i := range n {
		id := ""
		if ids {
			id = "CRM-" + strconv.Itoa(i)
		}
		text := fmt.Sprintf("My %s about the %s, see \"%s\".\nRegards", words[i%13], words[i/13%13], words[i/169%13])
		require.NoError(t, w.Write([]string{id, title(i), text}))
	}
	w.Flush()
	require.NoError(t, w.Error())
	require.NoError(t, file.Close())
	return path
}

func title(i int) string { return fmt.Sprintf("Ticket %06d", i) }

// line is a ticket of an export.
type line struct {
	ID           domain.TicketID `json:"id"`
	Title        string          `json:"title"`
	Description  string          `json:"description"`
	Status       string          `json:"status"`
	AIStatus     string          `json:"ai_status"`
	Category     *string         `json:"category"`
	ClassifiedBy *string         `json:"classified_by"`
	CreatedBy    *int64          `json:"created_by"`
	CreatedAt    time.Time       `json:"created_at"`
}

func lines(t *testing.T, text string) []line {
	t.Helper()
	var list []line
	for row := range strings.Lines(text) {
		var l line
		require.NoError(t, json.Unmarshal([]byte(row), &l))
		list = append(list, l)
	}
	return list
}
