package postgres_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

// BenchmarkCreateWithSearch states what search costs a new ticket, in microseconds and against a ticket
// without it: as it is, and if the index were kept in the same statement. The three take turns, on one
// connection that does not wait for the disk.
func BenchmarkCreateWithSearch(b *testing.B) {
	for _, words := range []int{25, 60, 300} {
		b.Run(fmt.Sprintf("words=%d", words), func(b *testing.B) {
			_, db := migrated(b)
			db.SetMaxOpenConns(1)
			exec(b, db, `SET synchronous_commit = off`)
			ways := []string{
				strings.Replace(postgres.AddTicketSQL, postgres.LeaveWordsSQL, "SELECT", 1), postgres.AddTicketSQL,
				strings.Replace(postgres.AddTicketSQL, "ticket_words_new", "ticket_words", 1),
			}
			statements := make([]*sql.Stmt, len(ways))
			for i, way := range ways {
				st, err := db.PrepareContext(b.Context(), way)
				require.NoError(b, err)
				defer st.Close()
				statements[i] = st
			}
			took, rounds := make([]time.Duration, len(ways)), 0
			texts := zipf()
			for b.Loop() {
				for range 50 {
					for k := range statements {
						i := (rounds + k) % len(statements) // each comes first, second and last
						took[i] += create(b, statements[i], texts(6), texts(words))
					}
					rounds++
				}
			}
			for i, name := range []string{"without", "as-it-is", "index-at-once"} {
				b.ReportMetric(float64(took[i].Microseconds())/float64(rounds), name+"-µs")
				b.ReportMetric(float64(took[i])/float64(took[0]), name+"-ratio")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// create includes what Go does for the search.
func create(b *testing.B, st *sql.Stmt, title, description string) time.Duration {
	b.Helper()
	ticket, err := domain.NewTicket(title, description, nil, domain.Creators{}, time.Now())
	require.NoError(b, err)
	start := time.Now()
	sent, err := postgres.SentTicket(ticket)
	require.NoError(b, err)
	var n, id int64
	require.NoError(b, st.QueryRowContext(b.Context(), sent...).Scan(&n, &id))
	return time.Since(start)
}

// zipf makes texts in which words are as unevenly frequent as in a language.
func zipf() func(n int) string {
	dice := rand.New(rand.NewPCG(1, 2))
	ranks := rand.NewZipf(dice, 1.1, 2, 30_000)
	return func(n int) string {
		words := make([]string, n)
		for i := range words {
			words[i] = fmt.Sprintf("W%d", ranks.Uint64())
		}
		return strings.Join(words, " ")
	}
}

const manySQL = `
INSERT INTO tickets (created_at, status, title, description)
SELECT timestamptz '2026-01-01' + g * interval '1 second', (ARRAY['open', 'closed'])[g % 2 + 1]::status_enum,
    'w' || floor(30000 * random() ^ 4),
    (SELECT string_agg('w' || floor(30000 * random() ^ 4), ' ') FROM generate_series(0, 30 + 0 * g))
FROM generate_series(1, 100000) AS g;
INSERT INTO ticket_words (ticket_id, text) SELECT id, ' ' || title || '  ' || description || ' ' FROM tickets`

// BenchmarkSearch reads the first page of searches over 100,000 tickets.
func BenchmarkSearch(b *testing.B) {
	s, db := migrated(b)
	exec(b, db, manySQL)
	exec(b, db, `VACUUM ANALYZE`)
	for _, q := range []string{
		"w0", "w10", "w500", "w29000", "w0 w29000", `"w0 w1"`, `"w500 w501"`, "-w0", "w10 -w0", "unheard",
	} {
		query, err := search.Parse(q)
		require.NoError(b, err)
		for _, status := range []domain.Status{{}, domain.StatusOpen} {
			f := ports.TicketFilter{Search: query, Status: status}
			b.Run(fmt.Sprintf("%s/status=%s", q, status), func(b *testing.B) {
				for b.Loop() {
					_, err := s.ListTickets(b.Context(), f, ports.Page{Limit: 20})
					require.NoError(b, err)
				}
			})
		}
		b.Run(q+"/count", func(b *testing.B) {
			for b.Loop() {
				_, _, err := s.CountTickets(b.Context(), ports.TicketFilter{Search: query}, 10_000)
				require.NoError(b, err)
			}
		})
	}
}
