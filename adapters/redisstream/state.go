package redisstream

import (
	"context"

	"github.com/redis/go-redis/v9"

	"ticketd/ports"
)

var _ ports.QueueInspector = (*Queue)(nil)

// QueueState implements ports.QueueInspector.
func (q *Queue) QueueState(ctx context.Context) (ports.QueueState, error) {
	var s ports.QueueState
	var length, dead *redis.IntCmd
	_, err := q.client.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		length, dead = p.XLen(ctx, Stream), p.XLen(ctx, DeadStream)
		return nil
	})
	if err != nil {
		return s, unavailable("measure the streams", err)
	}
	groups, err := q.groups(ctx)
	if err != nil {
		return s, unavailable("look at the consumer groups", err)
	}
	lag := int(length.Val()) // without the group no worker was given anything
	s.Lag, s.DeadLetters = &lag, int(dead.Val())
	for _, g := range groups {
		if g.Name == Group {
			s.Lag, s.Pending = known(g.Lag), int(g.Pending)
		}
	}
	s.Oldest, _, err = q.OldestWaiting(ctx)
	return s, err
}

// known returns nil for -1, by which go-redis says that Redis cannot tell.
func known(n int64) *int {
	if n < 0 {
		return nil
	}
	i := int(n)
	return &i
}
