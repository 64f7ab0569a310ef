package classification

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ticketd/app/retry"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// sweepInterval is how often abandoned tickets are looked for: a due retry starts within a second.
	sweepInterval = 500 * time.Millisecond
	// sweepSlots is how many abandoned tickets one server finishes at a time.
	sweepSlots = 8
)

// FinishPending takes up, in synchronous mode, the tickets that a crash or an outage left pending. Any number of servers may run it
// at once.
type FinishPending struct {
	tickets  ports.TicketClaimer
	classify *ClassifyNow
	log      *slog.Logger
}

// NewFinishPending wires the use case.
func NewFinishPending(tickets ports.TicketClaimer, classify *ClassifyNow, log *slog.Logger) *FinishPending {
	return &FinishPending{tickets, classify, log}
}

// Run sweeps until ctx ends and returns when the tickets in its hands are finished.
func (uc *FinishPending) Run(ctx context.Context) {
	broken := false
	for retry.Pause(ctx, sweepInterval) == nil {
		n, err := uc.sweep(ctx)
		if failed := err != nil && ctx.Err() == nil; failed != broken {
			broken = failed
			if failed {
				uc.log.WarnContext(ctx, "abandoned tickets cannot be looked for", "error", err)
			} else {
				uc.log.InfoContext(ctx, "abandoned tickets are looked for again")
			}
		}
		if n > 0 {
			uc.log.InfoContext(ctx, "abandoned tickets finished", "count", n)
		}
	}
}

// sweep finishes one batch of abandoned tickets and returns their number. Those that cannot be stored stay for a later sweep.
func (uc *FinishPending) sweep(ctx context.Context) (int, error) {
	lease := uc.classify.Lease()
	claiming, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
	defer cancel()
	claims, err := uc.tickets.ClaimDue(claiming, sweepSlots, lease, lease)
	if err != nil {
		return 0, fmt.Errorf("claim abandoned tickets: %w", err)
	}
	uc.classify.meter.Swept(ports.FoundDue, len(claims))
	var wg sync.WaitGroup
	errs := make([]error, len(claims))
	for i, c := range claims {
		wg.Go(func() { errs[i] = uc.classify.Finish(ctx, c) })
	}
	wg.Wait()
	done := 0
	for i, err := range errs {
		if err == nil {
			done++
			continue
		}
		uc.log.ErrorContext(ctx, "abandoned ticket not finished", "ticket", claims[i].Ticket.ID(), "error", err)
	}
	return done, nil
}

// RetryAtOnce is the policy for attempts while somebody waits for the answer: the time limit ends them, not the count.
func RetryAtOnce() domain.RetryPolicy {
	return domain.RetryPolicy{MaxAttempts: 5, Base: 200 * time.Millisecond, Cap: 2 * time.Second}
}
