package postgres_test

import (
	"context"
	crypto "crypto/rand"
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
	"ticketd/tests/support/testenv"
)

// BenchmarkBatch compares a statement per call with shared ones, for one caller and for many at once: a new
// ticket as in queue mode, one under an idempotency key, a ticket that is stored and classified, and reading
// one.
func BenchmarkBatch(b *testing.B) {
	for name, do := range map[string]func(context.Context, *postgres.Store) error{
		"create": createOne, "create-once": createOnce, "create+save": createAndSave, "get": getOne,
	} {
		for _, callers := range []int{1, 32} {
			for _, batch := range []bool{false, true} {
				b.Run(fmt.Sprintf("%s/callers=%d/batch=%t", name, callers, batch), func(b *testing.B) {
					s := benchStore(b, batch)
					b.ReportAllocs()
					b.SetParallelism(max(1, callers/2))
					if callers == 1 {
						for b.Loop() {
							require.NoError(b, do(b.Context(), s))
						}
						return
					}
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							if err := do(b.Context(), s); err != nil {
								b.Error(err)
							}
						}
					})
				})
			}
		}
	}
}

// benchStore has an admin, other users and a thousand tickets.
func benchStore(b *testing.B, batch bool) *postgres.Store {
	b.Helper()
	dsn := testenv.Postgres(b)
	first := connect(b, dsn, 1)
	migrate(b, first)
	db := sql.OpenDB(first.Connector())
	defer func() { require.NoError(b, db.Close()) }()
	for _, name := range []string{"Ann", domain.AdminName} {
		u, err := domain.NewUser(name, name+"@example.com", time.Now())
		require.NoError(b, err)
		_, err = first.AddUser(b.Context(), u)
		require.NoError(b, err)
	}
	exec(
		b,
		db,
		`INSERT INTO tickets (title, description)
		SELECT 'title', repeat('text ', 60) FROM generate_series(1, 1000)`,
	)
	exec(b, db, `VACUUM ANALYZE`)
	return open(b, dsn, postgres.Options{MaxConns: 16, Batch: batch})
}

var description = strings.Repeat("some words that a customer wrote ", 10)

func createFor(ctx context.Context, s *postgres.Store, lease ports.Lease) (domain.Ticket, error) {
	creators, err := s.FindCreators(ctx, nil)
	if err != nil {
		return domain.Ticket{}, err
	}
	t, err := domain.NewTicket("A refund", description, nil, creators, time.Now())
	if err != nil {
		return domain.Ticket{}, err
	}
	return s.AddTicket(ctx, t, lease)
}

func createOne(ctx context.Context, s *postgres.Store) error {
	_, err := createFor(ctx, s, ports.Lease{})
	return err
}

func createOnce(ctx context.Context, s *postgres.Store) error {
	t, err := domain.NewTicket("A refund", description, nil, domain.Creators{}, time.Now())
	if err == nil {
		key := ports.IdempotencyKey{Key: crypto.Text(), Fingerprint: "print"}
		_, err = s.AddTicketOnce(ctx, t, ports.Lease{}, key)
	}
	return err
}

func createAndSave(ctx context.Context, s *postgres.Store) error {
	t, err := createFor(ctx, s, ports.Lease{Time: time.Minute})
	if err != nil {
		return err
	}
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.9), new(0.8), "a refund")
	if err != nil {
		return err
	}
	t.Classify(
		t.Round(),
		domain.Attempt{
			Number: 1,
			At:     time.Now(),
			Answer: domain.Answer{Verdict: v, Source: domain.SourceModel, Model: "model"},
		},
		domain.ReviewSample{},
	)
	return s.SaveTicket(ctx, t)
}

func getOne(ctx context.Context, s *postgres.Store) error {
	_, err := s.Ticket(ctx, domain.TicketID(1+rand.Int64N(1000)))
	return err
}
