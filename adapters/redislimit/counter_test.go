package redislimit_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/redislimit"
	"ticketd/domain"
	"ticketd/tests/support/testenv"
)

func newCounter(t *testing.T, url string) *redislimit.Counter {
	t.Helper()
	c, err := redislimit.New(url, "", time.Minute)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// admin is a client of the tests' own.
func admin(t *testing.T, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	require.NoError(t, err)
	c := redis.NewClient(o)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func TestCounting(t *testing.T) {
	t.Parallel()
	url := testenv.Redis(t)
	c := newCounter(t, url)

	t.Run("numbers a client's requests without gaps, however many processes count at once", func(t *testing.T) {
		t.Parallel()
		counters := []*redislimit.Counter{c, newCounter(t, url)}
		var mu sync.Mutex
		seen := map[int]bool{}
		var group sync.WaitGroup
		for i := range 16 {
			group.Go(func() {
				for range 5 {
					n, left, err := counters[i%2].CountRequest(t.Context(), "crowd", time.Hour)
					mu.Lock()
					seen[n] = err == nil && left > 59*time.Minute && left <= time.Hour
					mu.Unlock()
				}
			})
		}
		group.Wait()
		for n := range 80 {
			require.True(t, seen[n+1], "number %d: %v", n+1, seen)
		}
	})

	t.Run("begins anew when the window is over", func(t *testing.T) {
		t.Parallel()
		first, _, err := c.CountRequest(t.Context(), "brief", 200*time.Millisecond)
		require.NoError(t, err)
		require.Equal(t, 1, first)
		require.Eventually(t, func() bool {
			n, left, err := c.CountRequest(t.Context(), "brief", time.Hour)
			return err == nil && n == 1 && left > time.Minute
		}, 20*time.Second, 300*time.Millisecond)
	})

	t.Run("gives a count that never ends an end", func(t *testing.T) {
		t.Parallel()
		url := testenv.Redis(t) // the others' counts must end
		c := newCounter(t, url)
		_, _, err := c.CountRequest(t.Context(), "eternal", time.Hour)
		require.NoError(t, err)
		redis := admin(t, url)
		for _, key := range redis.Keys(t.Context(), "ticketd:limit:*").Val() {
			require.NoError(t, redis.Persist(t.Context(), key).Err())
		}
		n, left, err := c.CountRequest(t.Context(), "eternal", time.Minute)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Equal(t, time.Minute, left)
	})
}

func TestNamesStayOutOfRedis(t *testing.T) {
	t.Parallel()
	url := testenv.Redis(t)
	_, _, err := newCounter(t, url).CountRequest(t.Context(), "address:192.0.2.1", time.Hour)
	require.NoError(t, err)
	keys := admin(t, url).Keys(t.Context(), "*").Val()
	require.Len(t, keys, 1)
	require.NotContains(t, keys[0], "192.0.2.1")
}

func TestInstallationsCountForThemselves(t *testing.T) {
	t.Parallel()
	url := testenv.Redis(t)
	other, err := redislimit.New(url, "other:", time.Minute)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	for _, c := range []*redislimit.Counter{newCounter(t, url), other} {
		n, _, err := c.CountRequest(t.Context(), "x", time.Hour)
		require.NoError(t, err)
		require.Equal(t, 1, n)
	}
	require.Len(t, admin(t, url).Keys(t.Context(), "other:ticketd:limit:*").Val(), 1)
}

func TestRedisAway(t *testing.T) {
	t.Parallel()

	t.Run("is an error that says so, soon", func(t *testing.T) {
		t.Parallel()
		c, err := redislimit.New("redis://127.0.0.1:1/0", "", redislimit.AnswerTime)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, c.Close()) })
		begin := time.Now()
		for range 100 {
			_, _, err := c.CountRequest(t.Context(), "x", time.Hour)
			require.Equal(t, domain.KindUnavailable, domain.KindOf(err))
		}
		require.Less(t, time.Since(begin), 5*time.Second)
	})

	t.Run("is not concluded from a client who went away", func(t *testing.T) {
		t.Parallel()
		c := newCounter(t, testenv.Redis(t))
		gone, leave := context.WithCancel(t.Context())
		leave()
		for i := range 3 {
			n, _, err := c.CountRequest(gone, "x", time.Hour)
			require.NoError(t, err)
			require.Equal(t, 2*i+1, n)
			n, _, err = c.CountRequest(t.Context(), "x", time.Hour)
			require.NoError(t, err)
			require.Equal(t, 2*i+2, n)
		}
	})
}

func TestABadURLIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "http://u:hunter22@h", "redis://u:hunter22@h:x/0", "redis://u:hunter%zz22@h", "redis://h/hunter22",
	} {
		t.Run(fmt.Sprintf("nor is %q taken", url), func(t *testing.T) {
			t.Parallel()
			_, err := redislimit.New(url, "", redislimit.AnswerTime)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "hunter")
		})
	}
}
