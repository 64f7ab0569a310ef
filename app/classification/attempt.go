package classification

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// leastTime is what an attempt needs to be worth it: one that begins with less would only hide what the ones
// before it met.
const leastTime = 50 * time.Millisecond

// caller makes the calls of a classifier, times and counts them.
type caller struct {
	classifier domain.Classifier
	policy     domain.RetryPolicy
	clock      ports.Clock
	meter      ports.Meter
}

// attempt makes one call.
func (c caller) attempt(ctx context.Context, text domain.Text, number int) domain.Attempt {
	at := c.clock.Now()
	answer, err := classifySafely(ctx, c.classifier, text)
	if err == nil && answer.Verdict.IsZero() {
		err = domain.ErrBadAnswer
	}
	a := domain.Attempt{Number: number, Answer: answer, Err: err, Latency: c.clock.Now().Sub(at), At: at}
	c.meter.Attempted(a)
	return a
}

// spent returns the attempt that ends a round without a call: crashes have cost it all its attempts.
func (c caller) spent() domain.Attempt {
	return domain.Attempt{Number: c.policy.MaxAttempts, Err: domain.ErrAttemptsSpent, At: c.clock.Now()}
}

// untilVerdict calls again until a call brings a verdict, none is worth it any more or the time of ctx is up.
// first is the number of the first attempt. It returns at least one attempt; call may return several of one
// number, of which the last one says how to go on.
func (c caller) untilVerdict(
	ctx context.Context, first int, call func(context.Context, int) []domain.Attempt,
) (attempts []domain.Attempt) {
	lastCode := ""
	for number := first; ; number++ {
		attempts = append(attempts, call(ctx, number)...)
		err := attempts[len(attempts)-1].Err
		if err == nil || !c.policy.Again(number, err, lastCode) {
			return attempts
		}
		wait := c.policy.Wait(number, err, retry.Jitter())
		if end, ok := ctx.Deadline(); ok && end.Sub(c.clock.Now()) <= wait+leastTime {
			return attempts
		}
		if retry.Pause(ctx, wait) != nil {
			return attempts
		}
		c.meter.Retried()
		lastCode = domain.CodeOf(err)
	}
}

// classifySafely keeps one text that breaks the classifier from taking the process and all that is in flight
// with it. What the panic said stays out of the log, since it may repeat the text.
func classifySafely(ctx context.Context, c domain.Classifier, text domain.Text) (a domain.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			a, err = domain.Answer{}, domain.ErrClassifierPanicked.With(fmt.Errorf("%T at\n%s", p, debug.Stack()))
		}
	}()
	return c.Classify(ctx, text)
}

// logFailure writes the one line of an attempt, if it failed. It has no word of the ticket.
func logFailure(ctx context.Context, log *slog.Logger, id domain.TicketID, a domain.Attempt) {
	if a.Err == nil {
		return
	}
	log.WarnContext(ctx, "classification attempt failed", "ticket", id, "attempt", a.Number,
		"error_code", domain.CodeOf(a.Err), "error", a.Err, "latency_ms", a.Latency.Milliseconds())
}
