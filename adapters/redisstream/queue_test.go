package redisstream_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/domain"
	"ticketd/tests/support/testenv"
)

// read delivers entries to a consumer and returns their ids.
func read(t *testing.T, r *redis.Client, group string, count int) []string {
	t.Helper()
	got, err := r.XReadGroup(t.Context(), &redis.XReadGroupArgs{
		Group: group, Consumer: "c", Streams: []string{redisstream.Stream, ">"}, Count: int64(count),
	}).Result()
	require.NoError(t, err)
	ids := make([]string, len(got[0].Messages))
	for i, m := range got[0].Messages {
		ids[i] = m.ID
	}
	return ids
}

// filled returns a stream with events and the group.
func filled(t *testing.T, events int) (*redis.Client, *redisstream.Queue) {
	t.Helper()
	url := testenv.Redis(t)
	r, q := open(t, url), redisstream.NewQueue(newClient(t, url))
	announce(t, newPublisher(t, url), 1, events)
	require.NoError(t, q.EnsureGroup(t.Context()))
	return r, q
}

func TestTrim(t *testing.T) {
	t.Parallel()

	t.Run("what was handled leaves, what nobody has read stays", func(t *testing.T) {
		t.Parallel()
		r, q := filled(t, 10)
		done := read(t, r, redisstream.Group, 4)
		require.NoError(t, r.XAck(t.Context(), redisstream.Stream, redisstream.Group, done...).Err())
		require.NoError(t, q.Trim(t.Context(), ""))
		require.Equal(t, 6, length(t, r, redisstream.Stream))
		require.Len(t, read(t, r, redisstream.Group, 100), 6)
	})

	t.Run("what is pending stays, and so does what comes after it", func(t *testing.T) {
		t.Parallel()
		r, q := filled(t, 10)
		ids := read(t, r, redisstream.Group, 10)
		done := append(ids[:3:3], ids[4:]...) // all but the fourth
		require.NoError(t, r.XAck(t.Context(), redisstream.Stream, redisstream.Group, done...).Err())
		require.NoError(t, q.Trim(t.Context(), ""))
		left, err := r.XRange(t.Context(), redisstream.Stream, "-", "+").Result()
		require.NoError(t, err)
		require.Equal(t, ids[3], left[0].ID)
		require.NoError(t, r.XAck(t.Context(), redisstream.Stream, redisstream.Group, ids[3]).Err())
		require.NoError(t, q.Trim(t.Context(), ""))
		require.Zero(t, length(t, r, redisstream.Stream))
	})

	t.Run("what another group has still to handle stays", func(t *testing.T) {
		t.Parallel()
		r, q := filled(t, 10)
		require.NoError(t, r.XGroupCreate(t.Context(), redisstream.Stream, "audit", "0").Err())
		done := read(t, r, redisstream.Group, 10)
		require.NoError(t, r.XAck(t.Context(), redisstream.Stream, redisstream.Group, done...).Err())
		require.NoError(t, q.Trim(t.Context(), ""))
		require.Equal(t, 10, length(t, r, redisstream.Stream), "the other group has read nothing")
		audited := read(t, r, "audit", 7)
		require.NoError(t, r.XAck(t.Context(), redisstream.Stream, "audit", audited[:5]...).Err())
		require.NoError(t, q.Trim(t.Context(), ""))
		require.Equal(t, 5, length(t, r, redisstream.Stream), "the other group holds two and has not read three")
	})

	t.Run("without a group or without a stream nothing happens", func(t *testing.T) {
		t.Parallel()
		url := testenv.Redis(t)
		q := redisstream.NewQueue(newClient(t, url))
		require.NoError(t, q.Trim(t.Context(), ""))
		announce(t, newPublisher(t, url), 1, 3)
		require.NoError(t, q.Trim(t.Context(), ""))
		require.Equal(t, 3, length(t, open(t, url), redisstream.Stream))
	})

	t.Run("a subscriber keeps the stream short while it works, and never drops what waits", func(t *testing.T) {
		t.Parallel()
		url, got := testenv.Redis(t), &seen{}
		r, q := open(t, url), redisstream.NewQueue(newClient(t, url))
		announce(t, newPublisher(t, url), 1, 1000)
		release := make(chan struct{})
		subscribe(t, url, 4, func(ctx context.Context, id domain.TicketID) error {
			if id > 500 {
				<-release
			}
			return got.Take(ctx, id)
		})
		t.Cleanup(func() {
			select {
			case <-release:
			default:
				close(release)
			}
		})
		eventually(t, "what was handled leaves", func() bool { return length(t, r, redisstream.Stream) == 500 })
		require.NoError(t, q.Trim(t.Context(), ""))
		require.Equal(t, 500, length(t, r, redisstream.Stream))
		close(release)
		eventually(t, "all is handled and gone", func() bool {
			return got.tickets() == 1000 && length(t, r, redisstream.Stream) == 0
		})
	})
}

func TestOldestWaiting(t *testing.T) {
	t.Parallel()
	url := testenv.Redis(t)
	r, q := open(t, url), redisstream.NewQueue(newClient(t, url))
	waits := func(atLeast, atMost time.Duration) {
		t.Helper()
		age, waiting, err := q.OldestWaiting(t.Context())
		require.NoError(t, err)
		require.True(t, waiting)
		require.GreaterOrEqual(t, age, atLeast)
		require.Less(t, age, atMost)
	}
	handled := func() {
		t.Helper()
		_, waiting, err := q.OldestWaiting(t.Context())
		require.NoError(t, err)
		require.False(t, waiting)
	}
	handled() // there is no stream

	now, err := r.Time(t.Context()).Result()
	require.NoError(t, err)
	for i, ago := range []time.Duration{time.Hour, 30 * time.Minute, 0} {
		id := fmt.Sprintf("%d-1", now.Add(-ago).UnixMilli())
		require.NoError(t, r.XAdd(t.Context(), &redis.XAddArgs{
			Stream: redisstream.Stream, ID: id, Values: map[string]any{"payload": fmt.Sprintf(`{"id":%d}`, i+1)},
		}).Err())
	}
	waits(time.Hour, time.Hour+time.Minute) // unread, and there is no group yet
	require.NoError(t, q.EnsureGroup(t.Context()))
	waits(time.Hour, time.Hour+time.Minute)
	ids := read(t, r, redisstream.Group, 2)
	waits(time.Hour, time.Hour+time.Minute) // read, but not handled
	require.NoError(t, r.XAck(t.Context(), redisstream.Stream, redisstream.Group, ids[0]).Err())
	waits(30*time.Minute, 31*time.Minute)
	require.NoError(t, r.XAck(t.Context(), redisstream.Stream, redisstream.Group, ids[1]).Err())
	waits(0, time.Minute) // the third, which nobody has read
	last := read(t, r, redisstream.Group, 1)
	require.NoError(t, r.XAck(t.Context(), redisstream.Stream, redisstream.Group, last...).Err())
	handled()
	require.NoError(t, q.Trim(t.Context(), ""))
	handled()
}

func TestRedisAway(t *testing.T) {
	t.Parallel()
	server := testenv.PrivateRedis(t)
	heals := newPublisher(t, server.URL())
	require.NoError(t, heals.Ping(t.Context()))
	server.Stop()
	url := strings.Replace(server.URL(), "redis://", "redis://:hunter2secret@", 1)
	p, q := newPublisher(t, url), redisstream.NewQueue(newClient(t, url))
	_, _, waitingErr := q.OldestWaiting(t.Context())
	for what, err := range map[string]error{
		"announce": p.Announce(t.Context(), ticket(t, 1, "Title", "Description")), "ping": p.Ping(t.Context()),
		"make the group": q.EnsureGroup(t.Context()), "trim": q.Trim(t.Context(), ""), "look": waitingErr,
	} {
		require.Equal(t, domain.KindUnavailable, domain.KindOf(err), what)
		require.Equal(t, "redis_unavailable", domain.CodeOf(err), what)
		require.NotContains(t, err.Error(), "hunter2secret")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	require.Error(t, p.Announce(ctx, ticket(t, 1, "Title", "Description")))
	require.Less(t, time.Since(began), 2*time.Second, "the deadline of the caller counts")
	server.Start()
	eventually(t, "it heals", func() bool { return heals.Ping(t.Context()) == nil })
	announce(t, heals, 1, 1)
}

func TestURLs(t *testing.T) {
	t.Parallel()
	require.NoError(t, redisstream.CheckURL("rediss://u:p@host:6380/2"))
	for _, bad := range []string{
		"host:6379", "http://u:hunter2secret@host", "redis://u:hunter2secret@host:port",
		"redis://:hunter2%zzsecret@host",
	} {
		err := redisstream.CheckURL(bad)
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "hunter2")
		_, err = redisstream.NewPublisher(redisstream.Place{URL: bad})
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "hunter2")
	}
}
