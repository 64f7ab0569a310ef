package servers_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/testenv/internal/servers"
)

func TestRedisIsLookedFor(t *testing.T) {
	t.Parallel()

	t.Run("where nothing is, the error says what was tried and what to do", func(t *testing.T) {
		t.Parallel()
		m := nothing(t)
		_, _, err := m.Redis()
		require.ErrorContains(t, err, "a binary on this machine: no folder with [redis-server]")
		require.ErrorContains(t, err, "a server that listens: dial tcp "+m.RedisAddr)
		require.ErrorContains(t, err, "Docker: ")
		require.ErrorContains(t, err, "apt-get install -y redis-server")
		require.ErrorContains(t, err, "TEST_REDIS_URL=")
	})

	t.Run("without a binary, each test gets an empty number of the server that listens", func(t *testing.T) {
		t.Parallel()
		shared, m := sharedRedis(t)
		foreign := client(t, "redis://"+m.RedisAddr+"/1")
		require.NoError(t, foreign.Set(t.Context(), "foreign", "1", 0).Err())

		one, releaseOne, err := m.Redis()
		require.NoError(t, err)
		other, releaseOther, err := m.Redis()
		require.NoError(t, err)
		require.Equal(t, shared.URL+"/2", one)
		require.Equal(t, shared.URL+"/3", other)
		require.NoError(t, client(t, one).Set(t.Context(), "mine", "1", 0).Err())
		require.NoError(t, releaseOne())
		require.NoError(t, releaseOther())

		keyspace, err := client(t, shared.URL).Info(t.Context(), "keyspace").Result()
		require.NoError(t, err)
		require.Contains(t, keyspace, "db1:keys=1,")
		require.Equal(t, 1, strings.Count(keyspace, "db"), "only the foreign key is left: %s", keyspace)
	})

	t.Run("a server whose numbers are all in use is passed over", func(t *testing.T) {
		t.Parallel()
		shared, m := sharedRedis(t)
		for n := range 15 {
			foreign := client(t, shared.URL+"/"+strconv.Itoa(n+1))
			require.NoError(t, foreign.Set(t.Context(), "foreign", "1", 0).Err())
		}
		_, _, err := m.Redis()
		require.ErrorContains(t, err, "the numbers 1 to 15 are all in use by others")
		m.RedisURL = shared.URL
		_, _, err = m.Redis()
		require.ErrorContains(t, err, "TEST_REDIS_URL is set, but not usable")
	})

	t.Run("a server with a password is used with it", func(t *testing.T) {
		t.Parallel()
		shared, m := sharedRedis(t)
		require.NoError(t, client(t, shared.URL).ConfigSet(t.Context(), "requirepass", "hunter2").Err())
		_, _, err := m.Redis()
		require.ErrorContains(t, err, "NOAUTH")
		m.RedisPassword = "hunter2"
		u, release, err := m.Redis()
		require.NoError(t, err)
		require.NoError(t, client(t, u).Ping(t.Context()).Err())
		require.NoError(t, release())
	})

	t.Run("Docker is asked for one, and a container that does not come up is removed", func(t *testing.T) {
		t.Parallel()
		dir, m := t.TempDir(), nothing(t)
		m.Docker = fake(t, dir, "docker", `[ "$1" != run ] || { echo "no such image" >&2; exit 125; }`)
		_, err := m.PrivateRedis(servers.Options{})
		require.ErrorContains(t, err, "no such image")
		require.Regexp(t, `^docker version \S+ \S+
docker run --detach --name (\S+) -p 127\.0\.0\.1:\d+:6379 redis:\S+ redis-server --save  --appendonly no
docker rm --force --volumes \S+
$`, calls(t, dir))
	})
}

// sharedRedis starts a server and describes a machine on which it is the only one, without binaries.
func sharedRedis(t *testing.T) (*servers.Server, servers.Machine) {
	t.Helper()
	s, err := servers.ThisMachine().PrivateRedis(servers.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Remove()) })
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	m := nothing(t)
	m.RedisAddr = u.Host
	return s, m
}

func client(t *testing.T, rawURL string) *redis.Client {
	t.Helper()
	opts, err := redis.ParseURL(rawURL)
	require.NoError(t, err)
	r := redis.NewClient(opts)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}
