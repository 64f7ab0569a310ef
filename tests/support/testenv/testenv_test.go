package testenv_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/lib/pq"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ticketd/tests/support/testenv"
)

// Tests that look for leaked goroutines must not find ours.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPostgres(t *testing.T) {
	t.Parallel()

	t.Run("two databases are separate, also within one test", func(t *testing.T) {
		t.Parallel()
		one, other := openPostgres(t, testenv.Postgres(t)), openPostgres(t, testenv.Postgres(t))
		execute(t, one, `CREATE TABLE t (n int)`)
		execute(t, other, `CREATE TABLE t (n int)`)
	})

	t.Run("a database stores UTF-8", func(t *testing.T) {
		t.Parallel()
		var text string
		db := openPostgres(t, testenv.Postgres(t))
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT upper($1)`, "ticket 🎫").Scan(&text))
		require.Equal(t, "TICKET 🎫", text)
	})

	t.Run("a database is dropped when its test ends, though clients are connected", func(t *testing.T) {
		t.Parallel()
		var url string
		t.Run("the test", func(t *testing.T) { url = testenv.Postgres(t); ping(t, url) })
		err := pingPostgres(t.Context(), url)
		var refused *pq.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, "3D000", string(refused.Code), "invalid_catalog_name")
	})
}

func TestRedis(t *testing.T) {
	t.Parallel()

	t.Run("two databases are separate, also within one test", func(t *testing.T) {
		t.Parallel()
		one, other := openRedis(t, testenv.Redis(t)), openRedis(t, testenv.Redis(t))
		require.NoError(t, one.Set(t.Context(), "classify", "mine", 0).Err())
		require.ErrorIs(t, other.Get(t.Context(), "classify").Err(), redis.Nil)
	})

	t.Run("a database is empty", func(t *testing.T) {
		t.Parallel()
		size, err := openRedis(t, testenv.Redis(t)).DBSize(t.Context()).Result()
		require.NoError(t, err)
		require.Zero(t, size)
	})
}

func ping(t *testing.T, url string) {
	t.Helper()
	require.NoError(t, openPostgres(t, url).PingContext(t.Context()))
}

func pingPostgres(ctx context.Context, url string) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	return errors.Join(db.PingContext(ctx), db.Close())
}

func openPostgres(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func execute(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), query)
	require.NoError(t, err)
}

func openRedis(t *testing.T, url string) *redis.Client {
	t.Helper()
	opts, err := redis.ParseURL(url)
	require.NoError(t, err)
	r := redis.NewClient(opts)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}
