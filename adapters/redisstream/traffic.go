package redisstream

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// traffic watches the commands that Watermill sends, since it tells nobody how they end: it counts the XACK
// commands that Redis has answered, and notes which entries came and are not acknowledged, what was read last
// and why nothing can be.
type traffic struct {
	asked, done atomic.Int64
	read        atomic.Pointer[string] // the id of the last entry
	failure     atomic.Pointer[error]
	held        sync.Map // the ids of entries that came and are not acknowledged
}

var _ redis.Hook = (*traffic)(nil)

// holds reports whether the entry came and is not acknowledged.
func (t *traffic) holds(id string) bool {
	_, held := t.held.Load(id)
	return held
}

func (t *traffic) expect() { t.asked.Add(1) }

func (t *traffic) settled() bool { return t.done.Load() >= t.asked.Load() }

// lastRead returns the id of the last entry that was read, "" before the first.
func (t *traffic) lastRead() string {
	if id := t.read.Load(); id != nil {
		return *id
	}
	return ""
}

// failed returns why the last read or acknowledgement failed.
func (t *traffic) failed() error {
	if err := t.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// DialHook implements redis.Hook and changes nothing.
func (t *traffic) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements redis.Hook and watches.
func (t *traffic) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		switch cmd := cmd.(type) {
		case *redis.XStreamSliceCmd:
			for _, stream := range cmd.Val() {
				t.came(stream.Messages)
				if n := len(stream.Messages); n > 0 {
					t.read.Store(&stream.Messages[n-1].ID)
				}
			}
			t.note(err)
		case *redis.XMessageSliceCmd:
			if cmd.Name() == "xclaim" { // and not XRANGE, which gives nothing to a consumer
				t.came(cmd.Val())
			}
		case *redis.IntCmd:
			if cmd.Name() == "xack" {
				if err == nil {
					t.done.Add(1)
					t.held.Delete(cmd.Args()[3])
				}
				t.note(err)
			}
		}
		return err
	}
}

func (t *traffic) came(entries []redis.XMessage) {
	for _, e := range entries {
		t.held.Store(e.ID, struct{}{})
	}
}

func (t *traffic) note(err error) {
	if err == nil || errors.Is(err, redis.Nil) { // nothing to read
		t.failure.Store(nil)
	} else if !errors.Is(err, context.Canceled) {
		t.failure.Store(&err)
	}
}

// ProcessPipelineHook implements redis.Hook and changes nothing: Watermill acknowledges one by one.
func (t *traffic) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error { return next(ctx, cmds) }
}

// reader is the client for Watermill's subscriptions.
type reader struct{ redis.UniversalClient }

// XGroupCreateMkStream does nothing, since EnsureGroup came first: a full Redis would refuse it though the
// group is there.
func (r reader) XGroupCreateMkStream(ctx context.Context, _, _, _ string) *redis.StatusCmd {
	return redis.NewStatusCmd(ctx)
}

// XReadGroup gives up a connection that died in silence: go-redis would wait for ten seconds beyond the
// block.
func (r reader) XReadGroup(ctx context.Context, a *redis.XReadGroupArgs) *redis.XStreamSliceCmd {
	ctx, cancel := context.WithTimeout(ctx, a.Block+readGrace)
	defer cancel()
	return r.UniversalClient.XReadGroup(ctx, a)
}

// readGrace is how long a blocked read may take beyond its block.
const readGrace = 2 * time.Second
