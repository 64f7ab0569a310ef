// Package retry waits, and repeats what failed: one function for each cause.
package retry

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"ticketd/domain"
)

const (
	// conflictTime bounds all tries of a save that loses races.
	conflictTime = 10 * time.Second
	// maxConflictPause caps the random pause between two of them.
	maxConflictPause = 50 * time.Millisecond
)

// Pause waits for d, or fails as soon as ctx ends.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Jitter returns a random number, 0 <= n < 1.
func Jitter() float64 { return rand.Float64() }

// OnConflict repeats save while it is domain.ErrTicketChanged or domain.ErrWebhookChanged: somebody else
// changed the row since it was read. Each time save must read it anew. The random pause between two tries
// doubles at most.
func OnConflict(ctx context.Context, save func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, conflictTime)
	defer cancel()
	for pause := time.Millisecond; ; pause = min(2*pause, maxConflictPause) {
		err := save(ctx)
		lost := errors.Is(err, domain.ErrTicketChanged) || errors.Is(err, domain.ErrWebhookChanged)
		if !lost || Pause(ctx, time.Duration(Jitter()*float64(pause))) != nil {
			return err
		}
	}
}

// WhileUnavailable repeats try while a server that it needs is away, as often and as soon as p says, until
// ctx ends. A try that failed may have been carried out all the same, with only the server's answer lost.
func WhileUnavailable(ctx context.Context, p domain.RetryPolicy, try func(context.Context) error) error {
	for n := 1; ; n++ {
		err := try(ctx)
		if domain.KindOf(err) != domain.KindUnavailable || !p.Again(n, err, "") {
			return err
		}
		if Pause(ctx, p.Wait(n, err, Jitter())) != nil {
			return err
		}
	}
}
