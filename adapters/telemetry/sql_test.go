package telemetry_test

import (
	"context"
	"database/sql"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"ticketd/adapters/postgres"
	"ticketd/adapters/telemetry"
	"ticketd/domain"
	"ticketd/migrations"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

// callers is how many goroutines make the same call at once: more than start alone.
const callers = 8

func TestSpansOfStatementsThatCallersShare(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	s, err := postgres.Open(t.Context(), testenv.Postgres(t),
		postgres.Options{MaxConns: 4, Batch: true, OpenDB: telemetry.TracedDB(provider, "postgresql")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.Postgres(s.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
	db := sql.OpenDB(s.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })

	for _, c := range sharedCalls(t, s) {
		spans.Reset()
		ctx, root := provider.Tracer("test").Start(t.Context(), c.name)
		for _, err := range stalled(t, db, func(i int) error { return c.do(ctx, i) }) {
			require.NoError(t, err, c.name)
		}
		names := map[string]bool{}
		for _, span := range spans.GetSpans() {
			names[span.Name] = true
		}
		require.Equal(t, map[string]bool{c.span: true}, names, c.name)
		root.End()
	}
}

// sharedCall is made by several callers, each with a number.
type sharedCall struct {
	name, span string
	do         func(ctx context.Context, i int) error
}

// sharedCalls returns the calls in the order in which they depend on each other.
func sharedCalls(t *testing.T, s *postgres.Store) []sharedCall {
	t.Helper()
	fresh, err := domain.NewTicket("Title", "Description", nil, domain.Creators{}, time.Now())
	require.NoError(t, err)
	tickets, claims := make([]domain.Ticket, callers), make([]ports.Claim, callers)
	failure := domain.Classification{
		Round: 1, Source: domain.SourceModel, Attempt: 1, ErrorCode: "timeout", At: time.Now(),
	}
	return []sharedCall{
		{"add", "INSERT tickets", func(ctx context.Context, i int) (err error) {
			tickets[i], err = s.AddTicket(ctx, fresh, ports.Lease{})
			return err
		}},
		{"add once", "INSERT tickets", func(ctx context.Context, i int) error {
			_, err := s.AddTicketOnce(ctx, fresh, ports.Lease{}, ports.IdempotencyKey{Key: strconv.Itoa(i)})
			return err
		}},
		{"claim", "UPDATE tickets", func(ctx context.Context, i int) (err error) {
			claims[i], err = s.ClaimTicket(ctx, tickets[i].ID(), ports.Lease{Time: time.Hour})
			return err
		}},
		{"release", "UPDATE tickets", func(ctx context.Context, i int) error {
			return s.ReleaseClaim(ctx, claims[i], ports.Release{Failed: &failure})
		}},
		{"save", "UPDATE tickets", func(ctx context.Context, i int) error { return s.SaveTicket(ctx, tickets[i]) }},
		{"read", "SELECT tickets", func(ctx context.Context, i int) error {
			_, err := s.Ticket(ctx, tickets[i].ID())
			return err
		}},
		{"find creators", "SELECT users", func(ctx context.Context, _ int) error {
			_, err := s.FindCreators(ctx, nil)
			return err
		}},
	}
}

// stalled makes the calls while the tables are locked, so that those that do not start at once gather.
func stalled(t *testing.T, db *sql.DB, do func(i int) error) []error {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `LOCK TABLE tickets, users`)
	require.NoError(t, err)
	errs := make([]error, callers)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() { errs[i] = do(i) })
	}
	require.Eventually(t, func() bool {
		var waiting int
		require.NoError(t,
			db.QueryRow(
				`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = `+
					`current_database()`).Scan(&waiting))
		return waiting > 0
	}, 10*time.Second, time.Millisecond)
	require.NoError(t, tx.Commit())
	group.Wait()
	return errs
}
