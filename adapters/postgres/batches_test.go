package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/tests/testenv"
)

// several is more than fit into the lone calls that start at once.
const several = 20

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

func TestALockedTicketHoldsNobodyElseUp(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	tickets := make([]domain.Ticket, several)
	for i := range tickets {
		tickets[i] = addTicket(t, s)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `SELECT FROM tickets WHERE id = $1 FOR UPDATE`, tickets[0].ID())
	require.NoError(t, err)

	locked := make(chan error, 3)
	for range cap(locked) {
		go func() { locked <- s.SaveTicket(t.Context(), tickets[0]) }()
	}
	errs := atOnce(several, func(i int) error {
		if i == 0 {
			return nil
		}
		return s.SaveTicket(t.Context(), tickets[i])
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Empty(t, locked, "these wait for the lock")
	require.NoError(t, tx.Rollback())
	saved := 0
	for range cap(locked) {
		if err := <-locked; err == nil {
			saved++
		} else {
			require.ErrorIs(t, err, domain.ErrTicketChanged)
		}
	}
	require.Equal(t, 1, saved)
}

func TestACreatorWhoIsBeingDeletedHoldsNobodyElseUp(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	var users []domain.UserID
	for _, name := range []string{"leaves", "stays"} {
		u, err := domain.NewUser(name, name+"@example.com", time.Now())
		require.NoError(t, err)
		u, err = s.AddUser(t.Context(), u)
		require.NoError(t, err)
		users = append(users, u.ID())
	}
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `DELETE FROM users WHERE id = $1`, users[0])
	require.NoError(t, err)

	add := func(creator domain.UserID) error {
		ticket, err := domain.NewTicket("Title", "Description", &creator, domain.Creators{Requested: &creator}, time.Now())
		if err == nil {
			_, err = s.AddTicket(t.Context(), ticket, 0)
		}
		return err
	}
	gone := make(chan error, 3)
	for range cap(gone) {
		go func() { gone <- add(users[0]) }()
	}
	for _, err := range atOnce(several, func(int) error { return add(users[1]) }) {
		require.NoError(t, err)
	}
	require.Empty(t, gone, "these wait for the end of the deletion")
	require.NoError(t, tx.Commit())
	for range cap(gone) {
		require.ErrorIs(t, <-gone, domain.ErrCreatorGone)
	}
}

func TestWhatTheServerRefusesConcernsOneCaller(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	exec(t, db, `ALTER TABLE tickets ADD CONSTRAINT no_spam CHECK (title <> 'spam')`)
	errs := atOnce(several, func(i int) error {
		title := "Title"
		if i%5 == 0 {
			title = "spam"
		}
		ticket, err := domain.NewTicket(title, "Description", nil, domain.Creators{}, time.Now())
		if err == nil {
			_, err = s.AddTicket(t.Context(), ticket, 0)
		}
		return err
	})
	for i, err := range errs {
		if i%5 == 0 {
			require.ErrorContains(t, err, "no_spam")
			require.Equal(t, domain.KindInternal, domain.KindOf(err))
		} else {
			require.NoError(t, err)
		}
	}
	var stored int
	require.NoError(t, db.QueryRow(`SELECT count(*) FROM tickets`).Scan(&stored))
	require.Equal(t, several*4/5, stored)
}

func TestSharedStatementsAreShared(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `LOCK TABLE tickets`) // whoever starts has to wait
	require.NoError(t, err)
	done := make(chan []error)
	go func() {
		done <- atOnce(several, func(int) error {
			_, err := s.AddTicket(t.Context(), plainTicket(t), 0)
			return err
		})
	}()
	require.Eventually(t, func() bool {
		var waiting int
		require.NoError(t, db.QueryRow(`SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&waiting))
		return waiting > 0
	}, 10*time.Second, time.Millisecond)
	require.NoError(t, tx.Commit())
	for _, err := range <-done {
		require.NoError(t, err)
	}
	var transactions int
	require.NoError(t, db.QueryRow(`SELECT count(DISTINCT xmin::text) FROM tickets`).Scan(&transactions))
	require.Less(t, transactions, several)
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
		require.NoError(t, conn.QueryRowContext(t.Context(), `SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = $1`, name).Scan(&parameters))
		nulls := `(NULL` + strings.Repeat(`, NULL`, parameters-1) + `)`
		for range 8 {
			_, err := conn.ExecContext(t.Context(), `EXECUTE `+name+nulls)
			require.NoError(t, err)
		}
		var generic int
		require.NoError(t, conn.QueryRowContext(t.Context(), `SELECT generic_plans FROM pg_prepared_statements WHERE name = $1`, name).Scan(&generic))
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
