package testenv_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/testenv"
)

func TestRedisInCompany(t *testing.T) {
	t.Parallel()

	t.Run("a Sentinel makes the replica of a dead master the next one", func(t *testing.T) {
		t.Parallel()
		master := testenv.PrivateRedis(t)
		replica := testenv.RedisReplica(t, master)
		sentinel := testenv.Sentinel(t, "tickets", master)
		client := openRedis(t, replica.URL())
		require.ErrorContains(t, client.Set(t.Context(), "k", "v", 0).Err(), "READONLY")
		require.Eventually(t, func() bool {
			found, err := openRedis(t, sentinel.URL()).Do(t.Context(), "SENTINEL", "replicas", "tickets").Slice()
			return err == nil && len(found) == 1
		}, time.Minute, 200*time.Millisecond)
		master.Kill()
		require.Eventually(t, func() bool { return client.Set(t.Context(), "k", "v", 0).Err() == nil },
			time.Minute, 100*time.Millisecond)
	})

	t.Run("a cluster serves a key on its first master, and then on the replica", func(t *testing.T) {
		t.Parallel()
		c := testenv.NewRedisCluster(t, "classify")
		require.NoError(t, openRedis(t, c.Masters[0].URL()).Set(t.Context(), "classify", "v", 0).Err())
		require.ErrorContains(t, openRedis(t, c.Masters[1].URL()).Get(t.Context(), "classify").Err(), "MOVED")
		replica := openRedis(t, c.Replica.URL())
		require.Eventually(t, func() bool {
			n, err := openRedis(t, c.Masters[0].URL()).Wait(t.Context(), 1, time.Second).Result()
			return err == nil && n == 1
		}, time.Minute, 100*time.Millisecond)
		c.Masters[0].Kill()
		require.Eventually(t, func() bool {
			v, err := replica.Get(t.Context(), "classify").Result()
			return err == nil && v == "v"
		}, time.Minute, 100*time.Millisecond)
	})
}
