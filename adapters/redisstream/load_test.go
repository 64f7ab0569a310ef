package redisstream_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/testenv"
)

func TestAnIdleSubscriberAsksRedisSeldom(t *testing.T) {
	t.Parallel()
	const seconds = 4
	server, got := testenv.PrivateRedis(t), &seen{}
	subscribe(t, server.URL(), 8, got.Take) // as many subscriptions as a worker has
	announce(t, newPublisher(t, server.URL()), 1, 1)
	eventually(t, "it runs", func() bool { return got.of(1) == 1 })
	r := open(t, server.URL())
	before := commands(t, r)
	time.Sleep(seconds * time.Second) // what is measured is the load of an idle worker
	perSecond := (commands(t, r) - before) / seconds
	t.Logf("%d commands per second", perSecond)
	require.Less(t, perSecond, 50)
}

func commands(t *testing.T, r *redis.Client) int {
	t.Helper()
	info, err := r.Info(t.Context(), "stats").Result()
	require.NoError(t, err)
	_, rest, found := strings.Cut(info, "total_commands_processed:")
	require.True(t, found)
	figure, _, _ := strings.Cut(rest, "\r\n")
	n, err := strconv.Atoi(figure)
	require.NoError(t, err)
	return n
}
