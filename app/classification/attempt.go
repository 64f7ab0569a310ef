package classification

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// attempt makes one call of the classifier, times and counts it.
func attempt(ctx context.Context, c domain.Classifier, clock ports.Clock, meter ports.Meter, text domain.Text, number int) domain.Attempt {
	at := clock.Now()
	begin := time.Now()
	answer, err := classifySafely(ctx, c, text)
	if err == nil && answer.Verdict.IsZero() {
		err = domain.ErrBadAnswer
	}
	a := domain.Attempt{Number: number, Answer: answer, Err: err, Latency: time.Since(begin), At: at}
	meter.Attempted(a)
	return a
}

// classifySafely keeps one text that breaks the classifier from taking the process and all that is in flight with it. What the
// panic said stays out of the log, since it may repeat the text.
func classifySafely(ctx context.Context, c domain.Classifier, text domain.Text) (answer domain.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			answer, err = domain.Answer{}, domain.ErrClassifierPanicked.With(fmt.Errorf("%T at\n%s", p, debug.Stack()))
		}
	}()
	return c.Classify(ctx, text)
}

// logFailure writes the one line of a failed attempt. It has no word of the ticket.
func logFailure(ctx context.Context, log *slog.Logger, id domain.TicketID, a domain.Attempt) {
	log.WarnContext(ctx, "classification attempt failed", "ticket", id, "attempt", a.Number,
		"error_code", domain.CodeOf(a.Err), "error", a.Err, "latency_ms", a.Latency.Milliseconds())
}
