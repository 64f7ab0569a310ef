package testenv

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"ticketd/tests/support/testenv/internal/servers"
)

// successionTime is how long a server of a group may be silent before the others replace it.
const successionTime = 2 * time.Second

// RedisReplica starts a Redis of t's own that follows another one, and returns when it does.
func RedisReplica(t testing.TB, master *Server, opts ...Option) *Server {
	t.Helper()
	s := PrivateRedis(t, opts...)
	host, port := hostPort(t, master)
	s.ask("follow its master", func(ctx context.Context, r *redis.Client) error {
		return r.ReplicaOf(ctx, host, port).Err()
	})
	s.await("follow its master", follows)
	return s
}

func follows(ctx context.Context, r *redis.Client) (bool, error) {
	info, err := r.Info(ctx, "replication").Result()
	return strings.Contains(info, "master_link_status:up"), err
}

// Sentinel starts a Sentinel of t's own that alone decides who succeeds the master of this name.
func Sentinel(t testing.TB, name string, master *Server) *Server {
	t.Helper()
	host, port := hostPort(t, master)
	s, err := servers.ThisMachine().Sentinel(fmt.Sprintf("sentinel monitor %[1]s %[2]s %[3]s 1\n"+
		"sentinel down-after-milliseconds %[1]s %[4]d\nsentinel failover-timeout %[1]s 6000\n",
		name, host, port, successionTime.Milliseconds()))
	return own(t, s, err)
}

// RedisCluster is a cluster of t's own, of three masters and one replica.
type RedisCluster struct {
	Masters []*Server
	Replica *Server // of Masters[0]
}

const clusterSlots = 16384

// NewRedisCluster starts a cluster whose first master serves the slot of key, and returns when it serves.
func NewRedisCluster(t testing.TB, key string, opts ...Option) RedisCluster {
	t.Helper()
	opts = append(opts, Setting("cluster-enabled", "yes"),
		Setting("cluster-node-timeout", fmt.Sprint(successionTime.Milliseconds())))
	c := RedisCluster{Replica: PrivateRedis(t, opts...)}
	for range 3 {
		c.Masters = append(c.Masters, PrivateRedis(t, opts...))
	}
	host, port := hostPort(t, c.Replica)
	var first string
	for i, s := range c.Masters {
		s.ask("join the cluster", func(ctx context.Context, r *redis.Client) error {
			slot, err := r.ClusterKeySlot(ctx, key).Result()
			if i == 0 {
				first = r.ClusterMyID(ctx).Val()
			}
			return errors.Join(err, r.ClusterAddSlots(ctx, third(i, int(slot))...).Err(),
				r.ClusterMeet(ctx, host, port).Err())
		})
	}
	c.Replica.await("know its master", func(ctx context.Context, r *redis.Client) (bool, error) {
		return r.ClusterReplicate(ctx, first).Err() == nil, nil
	})
	for _, s := range append(c.Masters[:3:3], c.Replica) {
		s.await("serve in the cluster", func(ctx context.Context, r *redis.Client) (bool, error) {
			info, err := r.ClusterInfo(ctx).Result()
			nodes := r.ClusterNodes(ctx).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Count(nodes, "master ") == 3 &&
				strings.Count(nodes, "slave ") == 1, err
		})
	}
	c.Replica.await("follow its master", follows)
	return c
}

// third returns a third of all slots; the first begins with slot from.
func third(i, from int) []int {
	low, high := i*clusterSlots/3, (i+1)*clusterSlots/3
	slots := make([]int, 0, high-low)
	for s := low; s < high; s++ {
		slots = append(slots, (from+s)%clusterSlots)
	}
	return slots
}

func hostPort(t testing.TB, s *Server) (host, port string) {
	t.Helper()
	u, err := url.Parse(s.URL())
	if err == nil {
		host, port, err = net.SplitHostPort(u.Host)
	}
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

// ask runs do on a client of its own.
func (s *Server) ask(what string, do func(context.Context, *redis.Client) error) {
	s.t.Helper()
	s.must(what, func() error {
		o, err := redis.ParseURL(s.URL())
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		r := redis.NewClient(o)
		return errors.Join(do(ctx, r), r.Close())
	})
}

func (s *Server) await(what string, done func(context.Context, *redis.Client) (bool, error)) {
	s.t.Helper()
	s.ask(what, func(ctx context.Context, r *redis.Client) error {
		for {
			ok, err := done(ctx, r)
			if ok {
				return nil
			}
			select {
			case <-ctx.Done():
				return errors.Join(ctx.Err(), err)
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
}
