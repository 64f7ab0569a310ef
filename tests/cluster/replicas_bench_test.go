//go:build cluster

package cluster_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/ports"
	"ticketd/ports/search"
	"ticketd/tests/support/system"
)

const (
	manyTickets = 20_000
	atOnce      = 8 // readers on each processor
)

// BenchmarkReads measures the processor time that a read takes of the primary and of a replica, where the
// one or the other answers it.
func BenchmarkReads(b *testing.B) {
	server := newPrimary(b)
	replica := newStandby(b, server)
	s := openStore(b, server.URL())
	migrate(b, s)
	fill(b, server.URL())
	r, c := openReader(b, s, replica.URL())
	reads(b, r, c, ports.ByReplica)
	ctx := b.Context()
	words, err := search.Parse("invoice wrong")
	require.NoError(b, err)
	page := ports.Page{Limit: 20}
	type reader interface {
		ports.TicketLister
		ports.StatsReader
	}
	for _, read := range []struct {
		name string
		do   func(reader) error
	}{
		{"a page", func(from reader) error {
			_, err := from.ListTickets(ctx, ports.TicketFilter{}, page)
			return err
		}},
		{"a search", func(from reader) error {
			_, err := from.ListTickets(ctx, ports.TicketFilter{Search: words}, page)
			return err
		}},
		{"a count", func(from reader) error {
			_, _, err := from.CountTickets(ctx, ports.TicketFilter{}, 10_000)
			return err
		}},
		{"statistics", func(from reader) error {
			_, err := from.Stats(ctx, ports.Period{})
			return err
		}},
	} {
		for _, from := range []struct {
			name string
			reader
			readers int
		}{{"primary", s, atOnce}, {"replica", r, atOnce}, {"replica", r, 1}} {
			b.Run(fmt.Sprintf("%s/%s/%d", read.name, from.name, from.readers), func(b *testing.B) {
				require.NoError(b, read.do(from))
				onPrimary, onReplica := spent(b, server.URL()), spent(b, replica.URL())
				b.SetParallelism(from.readers)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := read.do(from); err != nil {
							b.Error(err)
						}
					}
				})
				perRead := func(t time.Duration) float64 { return float64(t.Microseconds()) / float64(b.N) }
				b.ReportMetric(perRead(spent(b, server.URL())-onPrimary), "primary-µs/op")
				b.ReportMetric(perRead(spent(b, replica.URL())-onReplica), "replica-µs/op")
			})
		}
	}
	b.Log(c.by)
}

// fill stores tickets with their words, as servers and their index leave them.
func fill(b *testing.B, dsn string) {
	b.Helper()
	on(b, dsn, fmt.Sprintf(`
INSERT INTO tickets (title, description, created_at)
SELECT 'Ticket ' || n, repeat('The invoice of last month is wrong. ', 8), now() - n * interval '1 minute'
FROM generate_series(1, %d) AS n`, manyTickets))
	on(b, dsn, `
INSERT INTO ticket_words (ticket_id, text)
SELECT id, ' ' || lower(title) || repeat(' the invoice of last month is wrong', 8) || ' ' FROM tickets`)
	on(b, dsn, `VACUUM ANALYZE`)
}

// spent is the processor time of a server's processes so far.
func spent(b *testing.B, dsn string) (total time.Duration) {
	b.Helper()
	var data string
	row := system.Open(b, dsn).QueryRowContext(b.Context(), `SELECT current_setting('data_directory')`)
	require.NoError(b, row.Scan(&data))
	lines, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	require.NoError(b, err)
	pid, _, _ := strings.Cut(string(lines), "\n")
	children, err := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
	require.NoError(b, err)
	const tick = 10 * time.Millisecond // of proc(5)'s clock
	for _, process := range append(strings.Fields(string(children)), pid) {
		stat, err := os.ReadFile("/proc/" + process + "/stat")
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		for _, ticks := range strings.Fields(rest)[11:13] { // utime, stime
			n, err := strconv.Atoi(ticks)
			require.NoError(b, err)
			total += time.Duration(n) * tick
		}
	}
	return total
}
