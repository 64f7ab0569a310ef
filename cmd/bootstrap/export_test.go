package bootstrap

import (
	"context"
	"io"
	"log/slog"
	"time"

	"ticketd/cmd/settings"
)

// OpenWaiting is Open for a process that waits so long for its database.
func OpenWaiting(ctx context.Context, s settings.Common, wait time.Duration, logs io.Writer) (*App, error) {
	return openAt(ctx, s, front{process: "server", wait: wait}, logs)
}

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

// NewBusyLogger is the logger of a process that serves.
var NewBusyLogger = newBusyLogger
