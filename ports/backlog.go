package ports

import (
	"context"
	"time"
)

// BacklogLimit caps the count of pending tickets, since counting costs more the more there are.
const BacklogLimit = 10_000

// Backlog counts the tickets whose classification has not ended, including claimed and postponed ones.
type Backlog struct {
	// Pending is the number of these tickets, up to BacklogLimit.
	Pending int
	// Oldest is the longest wait among the counted tickets; 0 without any. A ticket that was asked for again has
	// waited since it was last announced.
	Oldest time.Duration
}

// BacklogReader counts the pending tickets, for monitoring.
type BacklogReader interface {
	Backlog(ctx context.Context) (Backlog, error)
}

// QueueState is the state of the whole queue.
type QueueState struct {
	// Lag is how many events have not been delivered to any worker; nil if the queue cannot tell.
	Lag *int
	// Pending is how many events have been delivered but not acknowledged.
	Pending int
	// Oldest is the age of the oldest event of either kind, on the queue's clock; 0 without any.
	Oldest time.Duration
	// DeadLetters is the number of dead letters kept.
	DeadLetters int
}

// QueueInspector reads the state of the queue, for monitoring.
type QueueInspector interface {
	QueueState(ctx context.Context) (QueueState, error)
}
