package ports

import (
	"context"
	"time"
)

// RequestCounter counts requests in fixed windows that begin with a client's first request.
type RequestCounter interface {
	// CountRequest counts one request of client and returns how many he has made in his window so far, this one included, and
	// how long the window still lasts.
	CountRequest(ctx context.Context, client string, window time.Duration) (count int, left time.Duration, err error)
}
