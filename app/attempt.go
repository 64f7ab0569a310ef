package app

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// attempt makes one call of the classifier and times it.
func attempt(ctx context.Context, c domain.Classifier, clock ports.Clock, t domain.Ticket, number int) domain.Attempt {
	at := clock.Now()
	begin := time.Now()
	answer, err := c.Classify(ctx, t.Text())
	if err == nil && answer.Verdict.IsZero() {
		err = domain.ErrBadAnswer
	}
	return domain.Attempt{Number: number, Answer: answer, Err: err, Latency: time.Since(begin), At: at}
}

// logFailure writes the one line of a failed attempt. It has no word of the ticket.
func logFailure(ctx context.Context, log *slog.Logger, id domain.TicketID, a domain.Attempt) {
	log.WarnContext(ctx, "classification attempt failed", "ticket", id, "attempt", a.Number,
		"error_code", domain.CodeOf(a.Err), "error", a.Err, "latency_ms", a.Latency.Milliseconds())
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func jitter() float64 { return rand.Float64() }
