package httpapi_test

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/redislimit"
	"ticketd/tests/support/testenv"
)

// sharing serves with a limit of n requests a minute that is counted in Redis. A count may take longer than
// redislimit.AnswerTime where the machine, not Redis, is slow.
func sharing(t *testing.T, n int, url string, answerTime time.Duration) *api {
	t.Helper()
	shared, err := redislimit.New(url, "", answerTime)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, shared.Close()) })
	return allowing(t, n, func(s *setup) { s.limit.Shared = shared })
}

func left(res *http.Response) string { return res.Header.Get("RateLimit-Remaining") }

func TestTheSharedRateLimit(t *testing.T) {
	t.Parallel()

	t.Run("is one for all processes", func(t *testing.T) {
		t.Parallel()
		url := testenv.Redis(t)
		a, b := sharing(t, 3, url, patience), sharing(t, 3, url, patience)
		for i, on := range []*api{a, b, a} {
			require.Equal(t, []string{"2", "1", "0"}[i], left(on.visit(t, "192.0.2.1:1")))
		}
		for _, on := range []*api{a, b} {
			refused := on.visit(t, "192.0.2.1:1")
			require.Equal(t, http.StatusTooManyRequests, refused.StatusCode)
			require.Equal(t, refused.Header.Get("RateLimit-Reset"), refused.Header.Get("Retry-After"))
		}
		require.Equal(t, "2", left(b.visit(t, "192.0.2.2:1")))
		require.NotContains(t, a.log.String()+b.log.String(), "rate limit")
	})

	t.Run("counts for itself while Redis is away, and together when it is back", func(t *testing.T) {
		t.Parallel()
		redis := testenv.PrivateRedis(t)
		a, b := sharing(t, 50, redis.URL(), time.Second), sharing(t, 50, redis.URL(), time.Second)
		a.visit(t, "192.0.2.1:1")
		require.Equal(t, "48", left(b.visit(t, "192.0.2.1:1")))

		redis.Kill()
		begin := time.Now()
		for i, want := range []string{"49", "48", "47"} {
			require.Equal(t, want, left(a.visit(t, "192.0.2.1:1")), "request %d", i)
		}
		require.Equal(t, "49", left(b.visit(t, "192.0.2.1:1")), "each for itself")
		require.Less(t, time.Since(begin), 4*time.Second, "each server waits once, not for every request")
		require.Equal(t, 1, strings.Count(a.log.String(), "the shared rate limit is away"),
			"one line, not one for each request")

		redis.Start()
		for _, on := range []*api{a, b} {
			require.Eventually(t, func() bool {
				on.visit(t, "192.0.2.9:1")
				return strings.Contains(on.log.String(), "the rate limit is shared again")
			}, patience, 50*time.Millisecond)
		}
		a.visit(t, "192.0.2.5:1")
		require.Equal(t, "48", left(b.visit(t, "192.0.2.5:1")))
	})

	t.Run("refuses by its own count too", func(t *testing.T) {
		t.Parallel()
		a := sharing(t, 1, "redis://"+silent(t)+"/0", redislimit.AnswerTime)
		require.Equal(t, http.StatusOK, a.visit(t, "192.0.2.1:1").StatusCode)
		require.Equal(t, http.StatusTooManyRequests, a.visit(t, "192.0.2.1:1").StatusCode)
	})

	t.Run("does not make every request wait for a Redis that is silent", func(t *testing.T) {
		t.Parallel()
		a := sharing(t, 300, "redis://"+silent(t)+"/0", redislimit.AnswerTime)
		begin := time.Now()
		for range 200 {
			require.Equal(t, http.StatusOK, a.visit(t, "192.0.2.1:1").StatusCode)
		}
		require.Less(t, time.Since(begin), 10*time.Second, "200 waits of 100 ms would take 20 s")
	})
}

func TestOneLimitForKeysOfAllProcesses(t *testing.T) {
	t.Parallel()
	url := testenv.Redis(t)
	keyed := func(on *api) *http.Response {
		return on.visit(t, "192.0.2.1:1", "Authorization", "Bearer team-key-0123456789")
	}
	serving := func() *api {
		shared, err := redislimit.New(url, "", patience)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, shared.Close()) })
		return allowing(t, 3, func(s *setup) {
			s.limit.Shared, s.keys = shared, []httpapi.Key{httpapi.NewKey("team", "team-key-0123456789")}
		})
	}
	a, b := serving(), serving()
	require.Equal(t, "2", left(keyed(a)))
	require.Equal(t, "1", left(keyed(b)))
	require.Equal(t, "2", left(b.visit(t, "192.0.2.1:1")), "the address counts for itself")
}

// silent returns the address of a server that reads and never answers.
func silent(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for in := bufio.NewScanner(conn); in.Scan(); {
				}
			}()
		}
	}()
	return l.Addr().String()
}
