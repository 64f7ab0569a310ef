package redisstream_test

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/domain"
	"ticketd/tests/support/testenv"
)

func fill(t *testing.T, r *redis.Client) {
	t.Helper()
	require.NoError(t, r.ConfigSet(t.Context(), "maxmemory-policy", "noeviction").Err())
	require.NoError(t, r.ConfigSet(t.Context(), "maxmemory", "1").Err())
}

func TestFullRedis(t *testing.T) {
	t.Parallel()

	t.Run("takes no event, which a ping finds out without writing", func(t *testing.T) {
		t.Parallel()
		url := testenv.PrivateRedis(t).URL()
		r, p := open(t, url), newPublisher(t, url)
		require.NoError(t, p.Ping(t.Context()))
		fill(t, r)
		require.ErrorContains(t, p.Ping(t.Context()), "it is full")
		_, err := p.QueueState(t.Context())
		require.ErrorContains(t, err, "it is full")
		require.Zero(t, r.DBSize(t.Context()).Val())
	})

	t.Run("is read by its group, also from a worker that starts then", func(t *testing.T) {
		t.Parallel()
		url := testenv.PrivateRedis(t).URL()
		r, got := open(t, url), &seen{}
		require.NoError(t, redisstream.NewQueue(newClient(t, url)).EnsureGroup(t.Context()))
		announce(t, newPublisher(t, url), 1, 200)
		fill(t, r)
		subscribe(t, url, 2, got.Take)
		eventually(t, "all are handled and gone", func() bool {
			return got.tickets() == 200 && length(t, r, redisstream.Stream) == 0
		})
	})

	t.Run("is read without its group, and by it once that can be made", func(t *testing.T) {
		t.Parallel()
		url := testenv.PrivateRedis(t).URL()
		r, got := open(t, url), &seen{}
		announce(t, newPublisher(t, url), 1, 250)
		fill(t, r)
		subscribe(t, url, 2, got.Take)
		eventually(t, "all are handled and gone", func() bool {
			return got.tickets() == 250 && length(t, r, redisstream.Stream) == 0
		})
		require.Empty(t, r.XInfoGroups(t.Context(), redisstream.Stream).Val())
		require.NoError(t, r.ConfigSet(t.Context(), "maxmemory", "0").Err())
		announce(t, newPublisher(t, url), 251, 260)
		eventually(t, "the others too", func() bool { return got.tickets() == 260 })
		require.Len(t, r.XInfoGroups(t.Context(), redisstream.Stream).Val(), 1)
	})

	t.Run("keeps what another group reads", func(t *testing.T) {
		t.Parallel()
		url := testenv.PrivateRedis(t).URL()
		r, got := open(t, url), &seen{}
		announce(t, newPublisher(t, url), 1, 10)
		require.NoError(t, r.XGroupCreate(t.Context(), redisstream.Stream, "audit", "0").Err())
		fill(t, r)
		subscribe(t, url, 1, got.Take)
		time.Sleep(2 * time.Second) // in which it would take them out
		require.Equal(t, 10, length(t, r, redisstream.Stream))
		require.Zero(t, got.tickets())
	})
}

func TestAPlaceHasAPrefix(t *testing.T) {
	t.Parallel()
	url, got := testenv.Redis(t), &seen{}
	at := redisstream.Place{URL: url, Prefix: "other:"}
	p, err := redisstream.NewPublisher(at)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	announce(t, p, 1, 3)
	subscribe(t, url, 1, got.Take)
	announce(t, newPublisher(t, url), 4, 4)
	eventually(t, "its own is handled", func() bool { return got.tickets() == 1 })
	require.Equal(t, 3, length(t, open(t, url), "other:classify"))
	require.Equal(t, 1, got.of(4))
}

func TestAPublisherLeavesASilentRedisAlone(t *testing.T) {
	t.Parallel()
	server := testenv.PrivateRedis(t)
	p := newPublisher(t, server.URL())
	announce(t, p, 1, 1)
	server.Stop()
	rests := func() bool {
		err := p.Announce(t.Context(), ticket(t, 2, "Title", "Description"))
		require.Equal(t, "redis_unavailable", domain.CodeOf(err))
		return strings.Contains(err.Error(), "left alone for a moment")
	}
	eventually(t, "it gives up for a moment", rests)
	server.Start()
	eventually(t, "a ping ends that", func() bool { return p.Ping(t.Context()) == nil })
	announce(t, p, 3, 3)
	server.Stop()
	eventually(t, "it gives up again", rests)
	server.Start()
	eventually(t, "without a ping an event tries after a while", func() bool {
		return p.Announce(t.Context(), ticket(t, 5, "Title", "Description")) == nil
	})
}
