package ports

import (
	"context"
	"time"
)

// RequestCounter counts requests in fixed windows that begin with a client's first request.
type RequestCounter interface {
	// CountRequest counts one request of client. It returns how many they have made in their window, this one
	// included, and how long the window still lasts.
	CountRequest(ctx context.Context, client string, window time.Duration) (count int, left time.Duration,
		err error)
}
