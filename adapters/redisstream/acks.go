package redisstream

import (
	"context"
	"net"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// ackCounter counts the XACK commands that Redis has answered. Watermill does not say when an acknowledgement
// arrived.
type ackCounter struct{ asked, done atomic.Int64 }

var _ redis.Hook = (*ackCounter)(nil)

func (a *ackCounter) expect() { a.asked.Add(1) }

func (a *ackCounter) settled() bool { return a.done.Load() >= a.asked.Load() }

// DialHook implements redis.Hook and changes nothing.
func (a *ackCounter) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements redis.Hook and counts.
func (a *ackCounter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		if err == nil && cmd.Name() == "xack" {
			a.done.Add(1)
		}
		return err
	}
}

// ProcessPipelineHook implements redis.Hook and changes nothing: Watermill acknowledges one by one.
func (a *ackCounter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error { return next(ctx, cmds) }
}
