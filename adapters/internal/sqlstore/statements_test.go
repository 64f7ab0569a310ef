package sqlstore_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver
	"github.com/stretchr/testify/require"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/tests/support/testenv"
)

func TestStatements(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, connections int) *sqlx.DB {
		t.Helper()
		db, err := sqlx.Open("postgres", testenv.Postgres(t))
		require.NoError(t, err)
		db.SetMaxOpenConns(connections)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		return db
	}
	value := func(s *sqlstore.Statements, n int) error {
		got, found, err := sqlstore.One[int](t.Context(), s, fmt.Sprintf("SELECT %d", n))
		if err == nil && (!found || got != n) {
			err = fmt.Errorf("%d, not %d", got, n)
		}
		return err
	}
	t.Run("those that were used last stay prepared, and no others", func(t *testing.T) {
		t.Parallel()
		db := open(t, 1)
		s := sqlstore.NewStatements(db, 2)
		for _, n := range []int{1, 2, 1, 3} {
			require.NoError(t, value(s, n))
		}
		var left []string
		require.NoError(t, db.Select(&left, "SELECT statement FROM pg_prepared_statements ORDER BY statement"))
		require.Equal(t, []string{"SELECT 1", "SELECT 3"}, left)
	})
	t.Run("one that has to make room while it is used ends afterwards", func(t *testing.T) {
		t.Parallel()
		db := open(t, 4)
		s := sqlstore.NewStatements(db, 1)
		errs := make([]error, 8)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() {
				for n := 0; n < 60 && errs[i] == nil; n++ {
					errs[i] = value(s, (n+i)%3)
				}
			})
		}
		group.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
	})
}
