//go:build linux

package postgres_test

import (
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

// BenchmarkRoundTrip states what a statement costs, in microseconds of processor here and in the server: kept
// prepared; sent as a whole in one trip (binary_parameters); sent in lib/pq's two trips; and as a simple
// query with its values within the text. The ways take turns on one connection each.
func BenchmarkRoundTrip(b *testing.B) {
	list, _ := postgres.ListQuery(ports.TicketFilter{}, ports.Page{Limit: 20})
	for name, query := range map[string]string{
		"a ticket": `SELECT id, title, description, status, created_at FROM tickets WHERE id = $1`,
		"a page":   strings.Replace(list, "id > 0", "id > $1", 1),
		"a change": `UPDATE tickets SET version = version + 1 WHERE id = $1 RETURNING id`,
	} {
		b.Run(name, func(b *testing.B) { compareWays(b, query) })
	}
}

func compareWays(b *testing.B, query string) {
	dsn := testenv.Postgres(b)
	migrate(b, connect(b, dsn, 1))
	seed(b, dsn)
	open := func(more string) (*sql.DB, int) {
		db, err := sql.Open("postgres", dsn+more)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, db.Close()) })
		db.SetMaxOpenConns(1)
		exec(b, db, `SET synchronous_commit = off`)
		var pid int
		require.NoError(b, db.QueryRowContext(b.Context(), `SELECT pg_backend_pid()`).Scan(&pid))
		return db, pid
	}
	kept, keptPID := open("")
	st, err := kept.PrepareContext(b.Context(), query)
	require.NoError(b, err)
	defer st.Close()
	one, onePID := open("&binary_parameters=yes")
	two, twoPID := open("")
	simple, simplePID := open("")
	ways := []struct {
		name string
		pid  int
		run  func(id int64) (*sql.Rows, error)
	}{
		{"prepared", keptPID, func(id int64) (*sql.Rows, error) { return st.QueryContext(b.Context(), id) }},
		{"one-trip", onePID, func(id int64) (*sql.Rows, error) { return one.QueryContext(b.Context(), query, id) }},
		{"two-trips", twoPID, func(id int64) (*sql.Rows, error) {
			return two.QueryContext(b.Context(), query, id)
		}},
		{"simple", simplePID, func(id int64) (*sql.Rows, error) {
			text := strings.ReplaceAll(query, "$1", pq.QuoteLiteral(strconv.FormatInt(id, 10)))
			return simple.QueryContext(b.Context(), text)
		}},
	}
	here, there := make([]time.Duration, len(ways)), make([]time.Duration, len(ways))
	rounds := 0
	for b.Loop() {
		for k := range ways {
			i := (rounds + k) % len(ways)
			hereBefore, thereBefore := processorTime(b, 0), processorTime(b, ways[i].pid)
			for id := range int64(burst) {
				readAll(b, func() (*sql.Rows, error) { return ways[i].run(id%200 + 1) })
			}
			here[i] += processorTime(b, 0) - hereBefore
			there[i] += processorTime(b, ways[i].pid) - thereBefore
		}
		rounds++
	}
	for i, way := range ways {
		each := float64(rounds * burst)
		b.ReportMetric(float64(here[i].Microseconds())/each, way.name+"-here-µs")
		b.ReportMetric(float64(there[i].Microseconds())/each, way.name+"-server-µs")
	}
	b.ReportMetric(0, "ns/op")
}

// burst is how many statements a way sends in its turn.
const burst = 200

// processorTime is that of this process, or of a process of the server on this machine.
func processorTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	if pid == 0 {
		var u syscall.Rusage
		require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	require.NoError(b, err)
	ns, err := strconv.ParseInt(strings.Fields(string(stat))[0], 10, 64)
	require.NoError(b, err)
	return time.Duration(ns)
}

func seed(b *testing.B, dsn string) {
	b.Helper()
	s := connect(b, dsn, 1)
	for range 200 {
		_, err := s.AddTicket(b.Context(), plainTicket(b), ports.Lease{})
		require.NoError(b, err)
	}
}

func readAll(b *testing.B, query func() (*sql.Rows, error)) {
	b.Helper()
	rows, err := query()
	require.NoError(b, err)
	defer rows.Close()
	for rows.Next() {
	}
	require.NoError(b, rows.Err())
}
