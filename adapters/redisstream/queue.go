package redisstream

import (
	"context"
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
// EnsureGroup looks first, since a full Redis refuses XGROUP CREATE though the group is there.
func (q *Queue) EnsureGroup(ctx context.Context) error {
	pending, err := q.pending(ctx, Group)
	if err != nil || pending != nil {
		return q.client.unavailable("look for the consumer group", err)
	}
	err = q.client.redis.XGroupCreateMkStream(ctx, q.client.stream, Group, "0").Err()
	if err != nil && !redis.HasErrorPrefix(err, "BUSYGROUP") {
		return q.client.unavailable("make the consumer group", err)
	}
	return nil
}

// pending says what a group holds, nil if the group or the stream is missing.
func (q *Queue) pending(ctx context.Context, group string) (*redis.XPending, error) {
	p, err := q.client.redis.XPending(ctx, q.client.stream, group).Result()
	if redis.HasErrorPrefix(err, "NOGROUP") {
		return nil, nil
	}
	return p, err
}

// OldestWaiting returns the age of the oldest entry that is not acknowledged, by Redis' clock.
func (q *Queue) OldestWaiting(ctx context.Context) (age time.Duration, waiting bool, err error) {
	id, err := q.oldestUnacked(ctx)
	if err != nil || id == "" {
		return 0, false, q.client.unavailable("look at the stream", err)
	}
	now, err := q.client.now(ctx)
	if err != nil {
		return 0, false, q.client.unavailable("ask Redis for the time", err)
	}
	ms, _, err := splitID(id)
	if err != nil {
		return 0, false, err
	}
	return max(0, now.Sub(time.UnixMilli(ms))), true, nil
}

// oldestUnacked returns the id of the oldest entry that is not acknowledged, or "". Without the right to
// XINFO an entry that is acknowledged and not yet trimmed counts, too.
func (q *Queue) oldestUnacked(ctx context.Context) (string, error) {
	groups, err := q.groups(ctx)
	if err != nil && !redis.IsPermissionError(err) {
		return "", err
	}
	after := "-"
	for _, g := range groups {
		if g.Name == Group {
			after = "(" + g.LastDeliveredID
		}
	}
	pending, err := q.pending(ctx, Group)
	if err != nil {
		return "", err
	}
	if pending != nil && pending.Count > 0 {
		return pending.Lower, nil
	}
	next, err := q.client.redis.XRangeN(ctx, q.client.stream, after, "+", 1).Result()
	if err != nil || len(next) == 0 {
		return "", err
	}
	return next[0].ID, nil
}

func (q *Queue) groups(ctx context.Context) ([]redis.XInfoGroup, error) {
	groups, err := q.client.redis.XInfoGroups(ctx, q.client.stream).Result()
	if redis.HasErrorPrefix(err, "no such key") {
		return nil, nil
	}
	return groups, err
}

// Trim removes what every consumer group has acknowledged, since XACK does not. An entry that any group has
// still to handle stays. Without the right to XINFO only our own group is known, and what it was given up to
// the entry read, which may be "".
func (q *Queue) Trim(ctx context.Context, read string) error {
	groups, err := q.groups(ctx) // before the pending ones: an entry up to here is then pending or acknowledged
	if redis.IsPermissionError(err) && read != "" {
		groups, err = []redis.XInfoGroup{{Name: Group, LastDeliveredID: read}}, nil
	}
	if err != nil || len(groups) == 0 {
		return q.client.unavailable("look at the consumer groups", err)
	}
	keep := ""
	for _, g := range groups {
		first, err := q.firstUnhandled(ctx, g)
		if err != nil {
			return q.client.unavailable("look at the pending entries", err)
		}
		if keep == "" || before(first, keep) {
			keep = first
		}
	}
	return q.client.unavailable("trim the stream", q.client.redis.XTrimMinID(ctx, q.client.stream, keep).Err())
}

func (q *Queue) firstUnhandled(ctx context.Context, g redis.XInfoGroup) (string, error) {
	pending, err := q.pending(ctx, g.Name)
	if err != nil {
		return "", err
	}
	if pending == nil {
		return "0-0", nil // the group vanished meanwhile
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
