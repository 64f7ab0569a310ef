package redisstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Queue inspects and maintains the stream as a whole.
type Queue struct{ client *Client }

// NewQueue returns the queue that c reaches. c stays the caller's to close.
func NewQueue(c *Client) *Queue { return &Queue{c} }

// EnsureGroup creates the stream and the consumer group if they are missing: at the first start, after
// FLUSHALL, and after Redis came back empty. The group begins at the first entry, so that it skips nothing.
func (q *Queue) EnsureGroup(ctx context.Context) error {
	err := q.client.redis.XGroupCreateMkStream(ctx, Stream, Group, "0").Err()
	if err != nil && !redis.HasErrorPrefix(err, "BUSYGROUP") {
		return unavailable("make the consumer group", err)
	}
	return nil
}

// OldestWaiting returns the age of the oldest entry that is not acknowledged, by Redis' clock.
func (q *Queue) OldestWaiting(ctx context.Context) (age time.Duration, waiting bool, err error) {
	id, err := q.oldestUnacked(ctx)
	if err != nil || id == "" {
		return 0, false, unavailable("look at the stream", err)
	}
	now, err := q.client.redis.Time(ctx).Result()
	if err != nil {
		return 0, false, unavailable("ask Redis for the time", err)
	}
	ms, _, err := splitID(id)
	if err != nil {
		return 0, false, err
	}
	return max(0, now.Sub(time.UnixMilli(ms))), true, nil
}

// oldestUnacked returns the id of the oldest entry that is not acknowledged, or "".
func (q *Queue) oldestUnacked(ctx context.Context) (string, error) {
	delivered, found, err := q.delivered(ctx)
	if err != nil {
		return "", err
	}
	if found {
		pending, err := q.client.redis.XPending(ctx, Stream, Group).Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			return "", err
		}
		if pending != nil && pending.Count > 0 {
			return pending.Lower, nil
		}
	}
	next, err := q.client.redis.XRangeN(ctx, Stream, "("+delivered, "+", 1).Result()
	if err != nil || len(next) == 0 {
		return "", err
	}
	return next[0].ID, nil
}

// delivered returns the id of the last entry that a worker was given. found is false if the stream or the
// group is missing.
func (q *Queue) delivered(ctx context.Context) (id string, found bool, err error) {
	groups, err := q.groups(ctx)
	if err != nil {
		return "", false, err
	}
	for _, g := range groups {
		if g.Name == Group {
			return g.LastDeliveredID, true, nil
		}
	}
	return "0-0", false, nil
}

func (q *Queue) groups(ctx context.Context) ([]redis.XInfoGroup, error) {
	groups, err := q.client.redis.XInfoGroups(ctx, Stream).Result()
	if redis.HasErrorPrefix(err, "no such key") {
		return nil, nil
	}
	return groups, err
}

// Trim removes what every consumer group has acknowledged, since XACK does not. An entry that any group has
// still to handle stays.
func (q *Queue) Trim(ctx context.Context) error {
	groups, err := q.groups(ctx) // before the pending ones: an entry up to here is then pending or acknowledged
	if err != nil || len(groups) == 0 {
		return unavailable("look at the consumer groups", err)
	}
	keep := ""
	for _, g := range groups {
		first, err := q.firstUnhandled(ctx, g)
		if err != nil {
			return unavailable("look at the pending entries", err)
		}
		if keep == "" || before(first, keep) {
			keep = first
		}
	}
	return unavailable("trim the stream", q.client.redis.XTrimMinID(ctx, Stream, keep).Err())
}

func (q *Queue) firstUnhandled(ctx context.Context, g redis.XInfoGroup) (string, error) {
	pending, err := q.client.redis.XPending(ctx, Stream, g.Name).Result()
	if err != nil {
		return "", err
	}
	if pending.Count > 0 {
		return pending.Lower, nil
	}
	ms, seq, err := splitID(g.LastDeliveredID)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d-%d", ms, seq+1), nil
}

func before(a, b string) bool {
	ams, aseq, aerr := splitID(a)
	bms, bseq, berr := splitID(b)
	return aerr == nil && berr == nil && (ams < bms || ams == bms && aseq < bseq)
}

// splitID returns the parts of a stream id: milliseconds since the epoch and a sequence number.
func splitID(id string) (ms int64, seq uint64, err error) {
	left, right, found := strings.Cut(id, "-")
	ms, err1 := strconv.ParseInt(left, 10, 64)
	seq, err2 := strconv.ParseUint(right, 10, 64)
	if !found || err1 != nil || err2 != nil {
		return 0, 0, fmt.Errorf("Redis gave a stream id of an unknown form: %q", id)
	}
	return ms, seq, nil
}
