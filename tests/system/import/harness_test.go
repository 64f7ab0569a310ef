// Package import_test moves tickets in and out with the real program.
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

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/process"
	"ticketd/tests/support/stores"
	"ticketd/tests/support/system"
)

const (
	// patience is longer than elsewhere: 100,000 tickets take minutes on two busy cores.
	patience = 8 * time.Minute
	poll     = 50 * time.Millisecond
)

type env = system.Env

// store is a database that the program works on.
type store struct{ url string }

func onEveryStore(t *testing.T, test func(t *testing.T, s store)) {
	t.Helper()
	system.OnEveryStore(t, func(t *testing.T, fresh func(*testing.T) string) { test(t, store{fresh(t)}) })
}

// open is a look into the database.
func (s store) open(t *testing.T) ports.TicketStore {
	t.Helper()
	return stores.Open(t, s.url)
}

func (s store) start(t *testing.T, settings env, args ...string) *process.Process {
	t.Helper()
	return process.Start(t, system.Join(system.On(s.url), settings), args...)
}

// command is a run of the program that ended.
type command struct {
	status         int
	stdout, stderr string
}

func (s store) runWith(t *testing.T, settings env, args ...string) command {
	t.Helper()
	status, stdout, stderr := system.Run(t, system.Join(system.On(s.url), settings), args...)
	return command{status, stdout, stderr}
}

func (s store) run(t *testing.T, args ...string) command {
	t.Helper()
	return s.runWith(t, nil, args...)
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
	words := strings.Fields(
		"refund invoice charge login crash error question thanks urgent slow password account export")
	for i := range n {
		id := ""
		if ids {
			id = "CRM-" + strconv.Itoa(i)
		}
		text := fmt.Sprintf("My %s about the %s, see \"%s\".\nRegards", words[i%13], words[i/13%13],
			words[i/169%13])
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
