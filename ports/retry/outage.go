package retry

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// Outage writes one log line when something breaks and one when it works again, however often it is tried
// between. Many may use it at a time.
type Outage struct {
	log          *slog.Logger
	broke, works string
	broken       atomic.Bool
}

// NewOutage returns an Outage of something that works, with the lines for its two ends.
func NewOutage(log *slog.Logger, broke, works string) *Outage {
	return &Outage{log: log, broke: broke, works: works}
}

// Note takes how a try ended. An error that comes of the end of ctx says nothing.
func (o *Outage) Note(ctx context.Context, err error) {
	failed := err != nil
	if failed && ctx.Err() != nil || o.broken.Load() == failed || o.broken.Swap(failed) == failed {
		return
	}
	if failed {
		o.log.WarnContext(ctx, o.broke, "error", err)
	} else {
		o.log.InfoContext(ctx, o.works)
	}
}
