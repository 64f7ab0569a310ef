package redisstream_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

func TestQueueState(t *testing.T) {
	t.Parallel()
	url := testenv.Redis(t)
	r, p, q := open(t, url), newPublisher(t, url), redisstream.NewQueue(newClient(t, url))
	state := func() ports.QueueState {
		s, err := q.QueueState(t.Context())
		require.NoError(t, err)
		return s
	}
	require.Equal(t, ports.QueueState{Lag: new(int)}, state(), "without a stream")

	announce(t, p, 1, 3)
	s := state()
	require.Equal(t, 3, *s.Lag, "without a group nobody was given anything")
	require.Positive(t, s.Oldest)

	require.NoError(t, q.EnsureGroup(t.Context()))
	require.NoError(t, redisstream.NewDeadLetters(newClient(t, url)).Add(t.Context(),
		ports.DeadLetter{Cause: domain.ErrClassifierKey.Code, At: time.Now()}))
	read, err := r.XReadGroup(t.Context(), &redis.XReadGroupArgs{
		Group: redisstream.Group, Consumer: "test", Streams: []string{redisstream.Stream, ">"}, Count: 2,
	}).Result()
	require.NoError(t, err)
	s = state()
	require.Equal(t, 1, *s.Lag)
	require.Equal(t, 2, s.Pending)
	require.Equal(t, 1, s.DeadLetters)

	for _, m := range read[0].Messages {
		require.NoError(t, r.XAck(t.Context(), redisstream.Stream, redisstream.Group, m.ID).Err())
	}
	require.NoError(t, q.Trim(t.Context(), ""))
	s = state()
	require.Equal(t, 1, *s.Lag, "what is handled and gone does not count")
	require.Zero(t, s.Pending)
}

func TestTheStateOfAQueueThatIsAway(t *testing.T) {
	t.Parallel()
	_, err := redisstream.NewQueue(newClient(t, "redis://127.0.0.1:1")).QueueState(t.Context())
	require.Equal(t, domain.KindUnavailable, domain.KindOf(err))
}
