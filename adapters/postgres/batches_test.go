package postgres_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/XSAM/otelsql"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

// several is more than fit into the lone calls that start at once.
const several = 20

// patience bounds waits for what comes soon.
const patience = time.Minute

// atOnce makes n calls at the same moment and gives their errors.
func atOnce(n int, do func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	group.Wait()
	return errs
}

// atOnceStalled makes n calls while nobody gets at the tickets, so that those gather which do not start at
// once.
func atOnceStalled(t *testing.T, db *sql.DB, n int, do func(i int) error) []error {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `LOCK TABLE tickets`)
	require.NoError(t, err)
	done := make(chan []error)
	go func() { done <- atOnce(n, do) }()
	someWait(t, db)
	require.NoError(t, tx.Commit())
	return <-done
}

// someWait returns when a statement waits for a lock.
func someWait(t *testing.T, db *sql.DB) {
	t.Helper()
	require.Eventually(t, func() bool {
		var waiting int
		require.NoError(
			t,
			db.QueryRow(
				`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
			).Scan(
				&waiting,
			),
		)
		return waiting > 0
	}, patience, time.Millisecond)
}

func TestWhatTheServerRefusesConcernsOneCaller(t *testing.T) {
	t.Parallel()
	for code, kind := range map[string]domain.Kind{
		"check_violation": domain.KindInternal, "lock_not_available": domain.KindUnavailable,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			s, db := migrated(t)
			exec(
				t,
				db,
				`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
				'BEGIN RAISE ''no spam'' USING ERRCODE = ''`+code+`''; END'`,
			)
			exec(
				t,
				db,
				`CREATE TRIGGER no_spam BEFORE INSERT ON tickets
				FOR EACH ROW WHEN (new.title = 'spam') EXECUTE FUNCTION refuse()`,
			)
			for i, err := range atOnceStalled(t, db, several, func(i int) error {
				title := "Title"
				if i%5 == 0 {
					title = "spam"
				}
				ticket, err := domain.NewTicket(title, "Description", nil, domain.Creators{}, time.Now())
				if err == nil {
					_, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
				}
				return err
			}) {
				if i%5 == 0 {
					require.ErrorContains(t, err, "no spam")
					require.Equal(t, kind, domain.KindOf(err))
				} else {
					require.NoError(t, err)
				}
			}
			var stored int
			require.NoError(t, db.QueryRow(`SELECT count(*) FROM tickets`).Scan(&stored))
			require.Equal(t, several*4/5, stored)
		})
	}
}

func TestSharedStatementsAreShared(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	for _, err := range atOnceStalled(t, db, several, func(int) error {
		_, err := s.AddTicket(t.Context(), plainTicket(t), ports.Lease{})
		return err
	}) {
		require.NoError(t, err)
	}
	var transactions int
	require.NoError(t, db.QueryRow(`SELECT count(DISTINCT xmin::text) FROM tickets`).Scan(&transactions))
	require.Less(t, transactions, several)
}

func TestAMissingTicketIsLookedUpOnce(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	first := connect(t, dsn, 1)
	migrate(t, first)
	db := sql.OpenDB(first.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	var statements atomic.Int32
	counted := otelsql.SpanOptions{
		SpanFilter: func(_ context.Context, _ otelsql.Method, query string, _ []driver.NamedValue) bool {
			if strings.Contains(query, "FROM tickets") {
				statements.Add(1)
			}
			return false
		},
	}
	s := open(t, dsn, postgres.Options{MaxConns: 4, Batch: true, OpenDB: func(c driver.Connector) *sql.DB {
		return otelsql.OpenDB(c, otelsql.WithSpanOptions(counted))
	}})
	for _, err := range atOnceStalled(t, db, several, func(i int) error {
		_, err := s.Ticket(t.Context(), domain.TicketID(1+i))
		return err
	}) {
		require.ErrorIs(t, err, domain.ErrTicketNotFound)
	}
	require.Positive(t, statements.Load())
	require.Less(t, int(statements.Load()), several)
}

func TestASharedClaimThatAllHaveLeftIsNotTaken(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	tickets := make([]domain.Ticket, several)
	for i := range tickets {
		tickets[i] = addTicket(t, s)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `LOCK TABLE tickets`)
	require.NoError(t, err)
	claim := func(ctx context.Context, i int) error {
		_, err := s.ClaimTicket(ctx, tickets[i].ID(), ports.Lease{Time: time.Hour})
		return err
	}
	firstStays, firstLeaves := context.WithCancel(t.Context())
	first, rest := make(chan error), make(chan []error)
	go func() { first <- claim(firstStays, 0) }()
	someWait(t, db)
	restStays, restLeave := context.WithCancel(t.Context())
	go func() { rest <- atOnce(several-1, func(i int) error { return claim(restStays, i+1) }) }()
	someWait(t, db) // meanwhile they stand in line
	firstLeaves()
	require.ErrorIs(t, <-first, domain.ErrStoreUnavailable)
	someWait(t, db) // for their shared statement
	restLeave()
	for _, err := range <-rest {
		require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	}
	require.NoError(t, tx.Rollback())
	for i := range tickets {
		require.NoError(t, claim(t.Context(), i), "nobody holds it")
	}
}

func TestSharedStatementsPlanOnceAndLookRowsUp(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	migrate(t, connect(t, dsn, 1))
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	for i, query := range postgres.SharedStatements() {
		name := fmt.Sprint("shared", i)
		_, err := conn.ExecContext(t.Context(), `PREPARE `+name+` AS `+query)
		require.NoError(t, err)
		var parameters int
		require.NoError(
			t,
			conn.QueryRowContext(
				t.Context(),
				`SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = $1`,
				name,
			).Scan(
				&parameters,
			),
		)
		nulls := `(NULL` + strings.Repeat(`, NULL`, parameters-1) + `)`
		for range 8 {
			_, err := conn.ExecContext(t.Context(), `EXECUTE `+name+nulls)
			require.NoError(t, err)
		}
		var generic int
		require.NoError(
			t,
			conn.QueryRowContext(
				t.Context(),
				`SELECT generic_plans FROM pg_prepared_statements WHERE name = $1`,
				name,
			).Scan(
				&generic,
			),
		)
		require.Equal(t, 3, generic, "the plan that is made for the sixth time serves for ever: %s", query)
		plan := explained(t, conn, `EXECUTE `+name+nulls)
		require.NotContains(t, plan, "Seq Scan", "though the tables are empty when it is made")
	}
}

func explained(t *testing.T, conn *sql.Conn, query string) string {
	t.Helper()
	rows, err := conn.QueryContext(t.Context(), `EXPLAIN (COSTS OFF) `+query)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	lines := []string{query}
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		lines = append(lines, line)
	}
	require.NoError(t, rows.Err())
	return strings.Join(lines, "\n")
}

func TestCallsAfterCloseFail(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	migrate(t, connect(t, dsn, 1))
	s, err := postgres.Open(context.Background(), dsn, postgres.Options{MaxConns: 1, Batch: true})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = s.Ticket(t.Context(), 1)
	require.Error(t, err)
	require.Equal(t, domain.KindInternal, domain.KindOf(err))
}
