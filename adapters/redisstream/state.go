package redisstream

import (
	"context"

	"github.com/redis/go-redis/v9"

	"ticketd/ports"
)

var _ ports.QueueInspector = (*Queue)(nil)

// QueueState implements ports.QueueInspector. The lag of a user who lacks the right to XINFO is unknown.
func (q *Queue) QueueState(ctx context.Context) (ports.QueueState, error) {
	var s ports.QueueState
	c := q.client
	length, err := c.redis.XLen(ctx, c.stream).Result()
	if err != nil {
		return s, c.unavailable("measure the stream", err)
	}
	dead, err := c.redis.XLen(ctx, c.dead).Result()
	if err != nil {
		return s, c.unavailable("measure the stream of dead letters", err)
	}
	lag := int(length) // without the group no worker was given anything
	s.Lag, s.DeadLetters = &lag, int(dead)
	groups, err := q.groups(ctx)
	switch {
	case redis.IsPermissionError(err):
		s.Lag = nil
		pending, err := q.pending(ctx, Group)
		if err == nil && pending != nil {
			s.Pending = int(pending.Count)
		}
	case err != nil:
		return s, c.unavailable("look at the consumer groups", err)
	}
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
