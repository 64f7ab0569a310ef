package redisconn

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// silence is how long a server may leave a command unanswered where its caller has no shorter deadline and
	// the URL says nothing.
	silence = 3 * time.Second
	// topologyAge is how long a cluster's map of slots is used: a master that is gone says nothing of who took
	// over.
	topologyAge = 2 * time.Second
)

// Pool says how a role uses its connections.
type Pool struct {
	Name        string // in CLIENT LIST
	Connections int    // at most, of each server
	DialTime    time.Duration
}

// Open returns a client, which connects at its first use. It repeats no command, but for those that a cluster
// sends elsewhere.
func (a Address) Open(p Pool) (redis.UniversalClient, error) {
	o := a.options
	if a.tls != nil {
		var err error
		if o.TLSConfig, err = a.tls.config(); err != nil {
			return nil, fmt.Errorf("REDIS_URL: %w", err)
		}
	}
	o.PoolSize, o.DialTimeout = p.Connections, p.DialTime
	o.DialerRetries, o.MaxRetries = 1, -1
	o.PipelinePoolSize = -1        // pipelines are few
	o.ContextTimeoutEnabled = true // else a command outlives its caller's deadline
	if o.ReadTimeout == 0 {
		o.ReadTimeout = silence
	}
	if o.WriteTimeout == 0 {
		o.WriteTimeout = silence
	}
	// A user without the right to CLIENT may work all the same, which Options.ClientName would refuse. Nobody
	// may lengthen our deadlines by notifications of maintenance.
	o.OnConnect = named(p.Name)
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	switch {
	case o.MasterName != "":
		return redis.NewFailoverClient(o.Failover()), nil
	case o.IsClusterMode:
		c := o.Cluster()
		c.DisableRoutingPolicies = true // they need the right to COMMAND
		c.ClusterStateReloadInterval = topologyAge
		return redis.NewClusterClient(c), nil
	}
	return redis.NewClient(o.Simple()), nil
}

func named(name string) func(context.Context, *redis.Conn) error {
	return func(ctx context.Context, c *redis.Conn) error {
		err := c.ClientSetName(ctx, name).Err()
		if _, refused := errors.AsType[redis.Error](err); refused {
			return nil
		}
		return err
	}
}
