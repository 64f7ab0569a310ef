package classification

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// sweepInterval is how often abandoned tickets are looked for: a due retry starts within a second.
	sweepInterval = 500 * time.Millisecond
	// sweepSlots is how many abandoned tickets one server finishes at a time.
	sweepSlots = 8
)

// FinishPending takes up, in synchronous mode, the tickets that a crash or an outage left pending. Any number
// of servers may run it at once.
type FinishPending struct {
	tickets  ports.TicketClaimer
	classify *ClassifyNow
	meter    ports.Meter
	log      *slog.Logger
}

// NewFinishPending wires the use case.
func NewFinishPending(
	tickets ports.TicketClaimer, classify *ClassifyNow, meter ports.Meter, log *slog.Logger,
) *FinishPending {
	return &FinishPending{tickets, classify, meter, log}
}

// Run sweeps until ctx ends and returns when the tickets in its hands are finished.
func (uc *FinishPending) Run(ctx context.Context) {
	outage := retry.NewOutage(uc.log,
		"abandoned tickets cannot be looked for", "abandoned tickets are looked for again")
	for retry.Pause(ctx, sweepInterval) == nil {
		n, err := uc.sweep(ctx)
		outage.Note(ctx, err)
		if n > 0 {
			uc.log.InfoContext(ctx, "abandoned tickets finished", "count", n)
		}
	}
}

// sweep finishes one batch of abandoned tickets and returns their number. Those that cannot be stored stay
// for a later sweep.
func (uc *FinishPending) sweep(ctx context.Context) (int, error) {
	lease := uc.classify.Lease()
	claiming, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
	defer cancel()
	claims, err := uc.tickets.ClaimDue(claiming, sweepSlots, lease, lease.Time)
	if err != nil {
		return 0, fmt.Errorf("claim abandoned tickets: %w", err)
	}
	uc.meter.Swept(ports.FoundDue, len(claims))
	var finished atomic.Int64 // all that is claimed is brought to an end, also after that of ctx
	each(context.WithoutCancel(ctx), sweepSlots, len(claims), func(i int) {
		if uc.classify.Finish(ctx, claims[i]) == nil {
			finished.Add(1)
		}
	})
	return int(finished.Load()), nil
}
