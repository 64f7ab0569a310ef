package bootstrap

import (
	"context"
	"log/slog"
	"time"
)

// RunUntil runs until ctx ends, with one sweep beside.
func RunUntil(
	ctx context.Context, run func() error, stop func(context.Context) error, sweep func(context.Context),
	drain func(context.Context) error, grace time.Duration,
) error {
	r := running{
		name: "Test", intake: intake{run, stop}, sweeps: []func(context.Context){sweep}, drain: drain,
		ready: &readiness{}, log: slog.New(slog.DiscardHandler),
	}
	return r.until(ctx, 0, grace)
}
