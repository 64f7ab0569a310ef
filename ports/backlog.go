package ports

import (
	"context"
	"time"
)

// BacklogLimit is how many pending tickets are counted at most, since counting costs more the more there are.
const BacklogLimit = 10_000

// Backlog are the tickets that wait for the end of their classification, claimed and put-off ones included.
type Backlog struct {
	// Pending is their number, up to BacklogLimit.
	Pending int
	// Oldest is how long the longest waiting of those counted has been waiting; 0 without any. A ticket that was asked for once more waits
	// since it was announced last.
	Oldest time.Duration
}

// BacklogReader counts what waits, for monitoring.
type BacklogReader interface {
	Backlog(ctx context.Context) (Backlog, error)
}

// QueueState is the queue as a whole.
type QueueState struct {
	// Lag is how many events no worker has been given yet; nil if the queue cannot tell.
	Lag *int
	// Pending is how many events workers hold and have not acknowledged.
	Pending int
	// Oldest is the age of the oldest event of both kinds, on the queue's clock; 0 without any.
	Oldest time.Duration
	// DeadLetters is how many are kept.
	DeadLetters int
}

// QueueInspector looks at the queue, for monitoring.
type QueueInspector interface {
	QueueState(ctx context.Context) (QueueState, error)
}
