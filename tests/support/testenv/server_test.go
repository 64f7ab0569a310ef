package testenv_test

import (
	"context"
	"net"
	"net/url"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/testenv"
)

func TestPrivatePostgres(t *testing.T) {
	t.Parallel()

	t.Run("a stopped server is away, and back at the same address with its data", func(t *testing.T) {
		t.Parallel()
		s := testenv.PrivatePostgres(t)
		db := openPostgres(t, s.URL())
		execute(t, db, `CREATE TABLE t (n int)`)
		s.Stop()
		requireNobodyListens(t, s.URL())
		s.Start()
		require.NoError(t, pingPostgres(t.Context(), s.URL()))
		require.Equal(t, 0, count(t, s.URL()))
	})

	t.Run("a durable server keeps over a kill what it has committed", func(t *testing.T) {
		t.Parallel()
		s := testenv.PrivatePostgres(t, testenv.Durable())
		db := openPostgres(t, s.URL())
		execute(t, db, `CREATE TABLE t (n int)`)
		execute(t, db, `INSERT INTO t SELECT generate_series(1, 1000)`)
		s.Kill()
		requireNobodyListens(t, s.URL())
		s.Start()
		require.Equal(t, 1000, count(t, s.URL()))
	})

	t.Run("a paused server does not answer, and resumed does", func(t *testing.T) {
		t.Parallel()
		s := testenv.PrivatePostgres(t)
		s.Pause()
		require.NoError(t, dial(t.Context(), s.URL()))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.Error(t, pingPostgres(ctx, s.URL()+"&connect_timeout=1"))
		s.Resume()
		require.NoError(t, pingPostgres(t.Context(), s.URL()))
	})

	t.Run("a paused server ends with its test", func(t *testing.T) {
		t.Parallel()
		var url string
		t.Run("that does not resume it", func(t *testing.T) {
			s := testenv.PrivatePostgres(t)
			url = s.URL()
			s.Pause()
		})
		requireNobodyListens(t, url)
	})

	t.Run("a standby has what its primary has, and a demoted server is one", func(t *testing.T) {
		t.Parallel()
		primary := testenv.PrivatePostgres(t)
		standby := testenv.PrivateStandby(t, primary)
		execute(t, openPostgres(t, primary.URL()), `CREATE TABLE t AS SELECT generate_series(1, 1000)`)
		follower := openPostgres(t, standby.URL())
		require.Eventually(t, func() bool {
			var n int
			return follower.QueryRowContext(t.Context(), `SELECT count(*) FROM t`).Scan(&n) == nil && n == 1000
		}, time.Minute, 10*time.Millisecond)
		primary.Demote()
		for _, s := range []*testenv.Server{primary, standby} {
			var recovers bool
			db := openPostgres(t, s.URL())
			require.NoError(t, db.QueryRowContext(t.Context(), `SELECT pg_is_in_recovery()`).Scan(&recovers))
			require.True(t, recovers)
		}
	})

	t.Run("a setting is set", func(t *testing.T) {
		t.Parallel()
		var value string
		db := openPostgres(t, testenv.PrivatePostgres(t, testenv.Setting("max_connections", "7")).URL())
		require.NoError(t, db.QueryRowContext(t.Context(), `SHOW max_connections`).Scan(&value))
		require.Equal(t, "7", value)
	})
}

func TestPrivateRedis(t *testing.T) {
	t.Parallel()

	t.Run("a killed server comes back at the same address, empty", func(t *testing.T) {
		t.Parallel()
		s := testenv.PrivateRedis(t)
		require.NoError(t, openRedis(t, s.URL()).Set(t.Context(), "k", "v", 0).Err())
		s.Kill()
		requireNobodyListens(t, s.URL())
		s.Start()
		require.ErrorIs(t, openRedis(t, s.URL()).Get(t.Context(), "k").Err(), redis.Nil)
	})

	t.Run("a durable server keeps over a kill what it has acknowledged", func(t *testing.T) {
		t.Parallel()
		s := testenv.PrivateRedis(t, testenv.Durable())
		require.NoError(t, openRedis(t, s.URL()).Set(t.Context(), "k", "v", 0).Err())
		s.Kill()
		s.Start()
		value, err := openRedis(t, s.URL()).Get(t.Context(), "k").Result()
		require.NoError(t, err)
		require.Equal(t, "v", value)
	})

	t.Run("a restarted server has the setting it was given", func(t *testing.T) {
		t.Parallel()
		s := testenv.PrivateRedis(t, testenv.Setting("maxclients", "11"))
		s.Restart()
		got, err := openRedis(t, s.URL()).ConfigGet(t.Context(), "maxclients").Result()
		require.NoError(t, err)
		require.Equal(t, map[string]string{"maxclients": "11"}, got)
	})
}

func requireNobodyListens(t *testing.T, rawURL string) {
	t.Helper()
	require.ErrorIs(t, dial(t.Context(), rawURL), syscall.ECONNREFUSED)
}

func dial(ctx context.Context, rawURL string) error {
	u, err := url.Parse(rawURL)
	if err != nil {
		return err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	return conn.Close()
}

func count(t *testing.T, url string) (n int) {
	t.Helper()
	require.NoError(t, openPostgres(t, url).QueryRowContext(t.Context(), `SELECT count(*) FROM t`).Scan(&n))
	return n
}
