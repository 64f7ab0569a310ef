package classification

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// lostInterval is how often lost events are looked for.
	lostInterval = 5 * time.Second
	// lostGrace is how long an event may take from the row to the queue and back before it counts as lost.
	lostGrace = 10 * time.Second
	// lostBatch is how many lost events are announced in one step.
	lostBatch = 500
	// lostTime bounds publishing one batch.
	lostTime = 5 * time.Second
	// pingTime is how long a queue may take to say that it takes events.
	pingTime = time.Second
)

// AnnounceLost announces again what got lost between the row and the queue: the queue was away or emptied, or
// a process died between the two. Any number of workers may run it at once. While no event can pass it
// announces nothing, and the workers take tickets up without events.
type AnnounceLost struct {
	closed atomic.Bool // no event can pass

	tickets ports.LostTaker
	queue   ports.EventQueue
	meter   ports.Meter
	log     *slog.Logger
}

// NewAnnounceLost wires the use case.
func NewAnnounceLost(
	tickets ports.LostTaker, queue ports.EventQueue, meter ports.Meter, log *slog.Logger,
) *AnnounceLost {
	return &AnnounceLost{tickets: tickets, queue: queue, meter: meter, log: log}
}

// Run looks for lost events until ctx ends. A queue or a store that is away is waited for.
func (uc *AnnounceLost) Run(ctx context.Context) {
	for retry.Pause(ctx, lostInterval) == nil {
		n, err := uc.Handle(ctx)
		if n > 0 {
			uc.log.InfoContext(ctx, "lost events announced again", "count", n)
		}
		if err != nil && ctx.Err() == nil {
			uc.log.DebugContext(ctx, "lost events cannot be looked for", "error", err)
		}
	}
}

// Forgotten returns how long a ticket may wait for its event until a worker takes it up without one: 0, for
// ever, while events pass.
func (uc *AnnounceLost) Forgotten() time.Duration {
	if uc.closed.Load() {
		return lostGrace
	}
	return 0
}

// Handle announces all that is lost and returns how many. A pending ticket is lost, and not merely waiting in
// the queue, if it was announced before the oldest event that the queue still has: so an honest backlog is
// never multiplied.
func (uc *AnnounceLost) Handle(ctx context.Context) (int, error) {
	total := 0
	if err := uc.ping(ctx); err != nil {
		return total, fmt.Errorf("look at the queue: %w", err)
	}
	for {
		age, waiting, err := uc.queue.OldestWaiting(ctx)
		if err != nil {
			return total, fmt.Errorf("look at the queue: %w", err)
		}
		idle := lostGrace
		if waiting {
			idle += age
		}
		lost, err := uc.tickets.TakeLost(ctx, lostBatch, idle)
		if err != nil {
			return total, fmt.Errorf("look for lost tickets: %w", err)
		}
		uc.meter.Swept(ports.FoundLost, len(lost))
		published, err := uc.announce(ctx, lost)
		total += published
		if err != nil || len(lost) < lostBatch {
			return total, err
		}
	}
}

// ping asks before any ticket is marked as announced.
func (uc *AnnounceLost) ping(ctx context.Context) error {
	asking, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	err := uc.queue.Ping(asking)
	if ctx.Err() == nil {
		uc.closed.Store(err != nil)
	}
	return err
}

// announce publishes the events until one fails, and returns how many it published. The others are found
// again.
func (uc *AnnounceLost) announce(ctx context.Context, lost []domain.Ticket) (published int, err error) {
	ctx, cancel := context.WithTimeout(ctx, lostTime)
	defer cancel()
	for _, t := range lost {
		if err = uc.queue.Announce(ctx, t); err != nil {
			uc.meter.Announced(len(lost)-published, err)
			return published, err
		}
		uc.meter.Announced(1, nil)
		published++
	}
	return published, nil
}
