package redisstream_test

import (
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/tests/support/testenv"
)

// Not parallel: it counts goroutines of the library, which others have too.
func TestWaitingForRedisLeavesNothingBehind(t *testing.T) {
	broken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var tries atomic.Int32
	go func() {
		for {
			c, err := broken.Accept()
			if err != nil {
				return
			}
			tries.Add(1)
			_ = c.Close()
		}
	}()
	r := subscribe(t, "redis://"+broken.Addr().String(), 8, (&seen{}).Take)
	eventually(t, "it tries again and again", func() bool { return tries.Load() > 60 })
	stacks := make([]byte, 1<<22)
	all := string(stacks[:runtime.Stack(stacks, true)])
	require.LessOrEqual(t, strings.Count(all, "consumeMessages"), 8)
	r.stop()
	require.NoError(t, r.wait())
	require.NoError(t, broken.Close())
}

func TestSubscriberHeals(t *testing.T) {
	t.Parallel()

	t.Run("after FLUSHALL the stream and the group are made again", func(t *testing.T) {
		t.Parallel()
		server, got := testenv.PrivateRedis(t), &seen{}
		r, p := open(t, server.URL()), newPublisher(t, server.URL())
		subscribe(t, server.URL(), 2, got.Take)
		announce(t, p, 1, 1)
		eventually(t, "the first event is handled", func() bool { return got.of(1) == 1 })
		require.NoError(t, r.FlushAll(t.Context()).Err())
		announce(t, p, 2, 20) // makes the stream, but without a group
		eventually(t, "the others are handled", func() bool { return got.tickets() == 20 && pending(t, r) == 0 })
	})

	t.Run("after a restart of Redis with nothing in it events are read again", func(t *testing.T) {
		t.Parallel()
		server, got := testenv.PrivateRedis(t), &seen{}
		p := newPublisher(t, server.URL())
		run := subscribe(t, server.URL(), 2, got.Take)
		announce(t, p, 1, 1)
		eventually(t, "the first event is handled", func() bool { return got.of(1) == 1 })
		server.Kill()
		require.Error(t, p.Announce(t.Context(), ticket(t, 2, "Title", "Description")))
		server.Start()
		eventually(t, "an event is published", func() bool {
			return p.Announce(t.Context(), ticket(t, 3, "Title", "Description")) == nil
		})
		eventually(t, "it is handled", func() bool { return got.of(3) == 1 })
		run.stop()
		require.NoError(t, run.wait())
	})

	t.Run("Redis away at the start is waited for, and what waits there is read", func(t *testing.T) {
		t.Parallel()
		server, got := testenv.PrivateRedis(t, testenv.Durable()), &seen{}
		announce(t, newPublisher(t, server.URL()), 1, 5)
		server.Stop()
		subscribe(t, server.URL(), 2, got.Take)
		server.Start()
		eventually(t, "all are handled", func() bool { return got.tickets() == 5 })
	})

	t.Run("a subscriber can be stopped while Redis is away", func(t *testing.T) {
		t.Parallel()
		server := testenv.PrivateRedis(t)
		away := subscribe(t, server.URL(), 2, (&seen{}).Take)
		server.Stop()
		away.stop()
		require.NoError(t, away.wait())
		never := subscribe(t, server.URL(), 2, (&seen{}).Take)
		never.stop()
		require.NoError(t, never.wait())
	})

	t.Run("a stream whose name holds something else is waited for", func(t *testing.T) {
		t.Parallel()
		url, got := testenv.Redis(t), &seen{}
		r := open(t, url)
		require.NoError(t, r.Set(t.Context(), redisstream.Stream, "text", 0).Err())
		subscribe(t, url, 1, got.Take)
		require.ErrorContains(t, newPublisher(t, url).Announce(t.Context(), ticket(t, 1, "Title", "Description")),
			"WRONGTYPE")
		require.NoError(t, r.Del(t.Context(), redisstream.Stream).Err())
		announce(t, newPublisher(t, url), 1, 1)
		eventually(t, "the event is handled", func() bool { return got.of(1) == 1 })
	})
}
