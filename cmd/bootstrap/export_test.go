package bootstrap

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// RunUntil serves until ctx ends, with one sweep beside.
func RunUntil(
	ctx context.Context, h http.Handler, l net.Listener, sweep func(context.Context), drain func(context.Context) error, grace time.Duration, log *slog.Logger,
) error {
	r := running{
		server: newHTTPServer(h, 0), listener: l, ready: &readiness{}, beside: []func(context.Context){sweep}, drain: drain, log: log,
	}
	return r.until(ctx, 0, grace)
}
