package app

import (
	"context"
	"log/slog"
	"time"

	"ticketd/ports"
	"ticketd/ports/retry"
)

// sweepKeysInterval is how often keys past their life are removed. Until then they count as unknown all the
// same.
const sweepKeysInterval = time.Hour

// SweepKeys forgets idempotency keys past their life.
type SweepKeys struct {
	keys ports.IdempotentTicketAdder
	log  *slog.Logger
}

// NewSweepKeys wires the use case.
func NewSweepKeys(keys ports.IdempotentTicketAdder, log *slog.Logger) *SweepKeys {
	return &SweepKeys{keys, log}
}

// Run sweeps now and then until ctx ends. Any number of servers may run it at once.
func (uc *SweepKeys) Run(ctx context.Context) {
	for {
		n, err := uc.sweep(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			uc.log.WarnContext(ctx, "idempotency keys not swept", "error", err)
		case n > 0:
			uc.log.InfoContext(ctx, "idempotency keys swept", "count", n)
		}
		if retry.Pause(ctx, sweepKeysInterval) != nil {
			return
		}
	}
}

func (uc *SweepKeys) sweep(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := uc.keys.SweepKeys(ctx)
		total += n
		if err != nil || n < ports.KeySweep {
			return total, err
		}
	}
}
