package app

import (
	"context"
	"log/slog"
	"time"

	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// sweepEventsInterval is how often old events and ended deliveries are forgotten.
	sweepEventsInterval = time.Hour
	// eventSweep is how many rows one step deletes at most, so that writers of SQLite do not wait for long.
	eventSweep = 500
)

// oldRows deletes up to limit rows that are older than keep, and returns their number.
type oldRows func(ctx context.Context, keep time.Duration, limit int) (int, error)

// SweepEvents forgets events, and deliveries that ended, after a time.
type SweepEvents struct {
	events, deliveries oldRows
	keep               time.Duration
	log                *slog.Logger
}

// NewSweepEvents wires the use case.
func NewSweepEvents(
	events ports.EventSweeper, deliveries ports.DeliveryQueue, keep time.Duration, log *slog.Logger,
) *SweepEvents {
	return &SweepEvents{events.SweepEvents, deliveries.SweepDeliveries, keep, log}
}

// Run sweeps now and then until ctx ends. Any number of servers may run it at once.
func (uc *SweepEvents) Run(ctx context.Context) {
	for {
		uc.sweep(ctx, "deliveries", uc.deliveries)
		uc.sweep(ctx, "events", uc.events)
		if retry.Pause(ctx, sweepEventsInterval) != nil {
			return
		}
	}
}

// sweep rests after each step for as long as the step took.
func (uc *SweepEvents) sweep(ctx context.Context, what string, step oldRows) {
	total := 0
	for ctx.Err() == nil {
		began := time.Now()
		n, err := step(ctx, uc.keep, eventSweep)
		total += n
		if err != nil && ctx.Err() == nil {
			uc.log.WarnContext(ctx, "old "+what+" not swept", "error", err)
		}
		if err != nil || n < eventSweep || retry.Pause(ctx, time.Since(began)) != nil {
			break
		}
	}
	if total > 0 {
		uc.log.InfoContext(ctx, "old "+what+" swept", "count", total)
	}
}
