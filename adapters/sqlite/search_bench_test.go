package sqlite_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/sqlite"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

// BenchmarkCreateWithSearch states what search costs a new ticket, in microseconds and against a ticket
// without it. The two take turns.
func BenchmarkCreateWithSearch(b *testing.B) {
	for _, words := range []int{25, 60, 300} {
		b.Run(fmt.Sprintf("words=%d", words), func(b *testing.B) {
			with := open(b, "sqlite://"+filepath.Join(b.TempDir(), "with.db"))
			db := connection(b, open(b, "sqlite://"+filepath.Join(b.TempDir(), "without.db")))
			plain, err := sqlx.NewDb(db, "sqlite").PrepareNamedContext(b.Context(), sqlite.AddTicketSQL())
			require.NoError(b, err)
			defer plain.Close()
			var took [2]time.Duration
			rounds, texts := 0, zipf()
			for b.Loop() {
				ticket, err := domain.NewTicket(texts(6), texts(words), nil, domain.Creators{}, time.Now())
				require.NoError(b, err)
				start := time.Now()
				var id int64
				require.NoError(b, plain.GetContext(b.Context(), &id, sqlite.NewRow(ticket)))
				took[0] += time.Since(start)
				start = time.Now()
				_, err = with.AddTicket(b.Context(), ticket, ports.Lease{})
				require.NoError(b, err)
				took[1] += time.Since(start)
				rounds++
			}
			for i, name := range []string{"without", "as-it-is"} {
				b.ReportMetric(float64(took[i].Microseconds())/float64(rounds), name+"-µs")
				b.ReportMetric(float64(took[i])/float64(took[0]), name+"-ratio")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func connection(b *testing.B, s *sqlite.Store) *sql.DB {
	b.Helper()
	db := sql.OpenDB(s.Connector())
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	return db
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

// BenchmarkSearch reads the first page of searches over 100,000 tickets.
func BenchmarkSearch(b *testing.B) {
	s := open(b, "sqlite://"+filepath.Join(b.TempDir(), "many.db"))
	fill(b, connection(b, s), 100_000)
	last, err := s.IndexOlder(b.Context(), 0, 100_000)
	require.NoError(b, err)
	require.EqualValues(b, 100_000, last)
	for _, q := range []string{"w0", "w50", "w500", "w29000", "w0 w29000", `"w0 w1"`, "-w0", "unheard"} {
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
	}
}

func fill(b *testing.B, db *sql.DB, n int) {
	b.Helper()
	tx, err := db.BeginTx(b.Context(), nil)
	require.NoError(b, err)
	texts := zipf()
	for i := range n {
		_, err := tx.ExecContext(
			b.Context(),
			`INSERT INTO tickets (created_at, title, description) VALUES (?1, ?2, ?3)`,
			i,
			texts(4),
			texts(30),
		)
		require.NoError(b, err)
	}
	require.NoError(b, tx.Commit())
}
