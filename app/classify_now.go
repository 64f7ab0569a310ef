package app

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	// leaseMargin is what a claim outlasts the classification by: time to save, and to be slow.
	leaseMargin = 15 * time.Second
	// saveTime bounds storing the end of a round, so that an answer comes at the latest one second after the classification's time.
	saveTime = 800 * time.Millisecond
	// slowSaveTime bounds it where nobody waits for the answer.
	slowSaveTime = 10 * time.Second
)

// Lease is how long a claim lasts where a classification takes at most timeout.
func Lease(timeout time.Duration) time.Duration { return timeout + leaseMargin }

// ClassifyNow classifies a claimed ticket to the end: all attempts within one time limit, then the fallback.
type ClassifyNow struct {
	tickets    saver
	classifier domain.Classifier
	limits     ClassifyLimits
	clock      ports.Clock
	log        *slog.Logger
}

// ClassifyLimits say how long a classification may take, how often it is tried, and which verdicts a person should look at.
type ClassifyLimits struct {
	Timeout time.Duration // of the whole classification with all its attempts
	Policy  domain.RetryPolicy
	Review  domain.ReviewPolicy
}

// NewClassifyNow wires the use case.
func NewClassifyNow(tickets interface {
	ports.TicketReader
	ports.TicketSaver
}, classifier domain.Classifier, limits ClassifyLimits, clock ports.Clock, log *slog.Logger) *ClassifyNow {
	return &ClassifyNow{tickets, classifier, limits, clock, log}
}

// Lease is how long Start may hold a ticket.
func (uc *ClassifyNow) Lease() time.Duration { return Lease(uc.limits.Timeout) }

// Start classifies t, which its caller has claimed, whether or not ctx is cancelled: a client that goes away changes nothing. If
// the end cannot be stored, the ticket is returned as it was, pending; it is taken up again when its lease ends.
func (uc *ClassifyNow) Start(ctx context.Context, t domain.Ticket) domain.Ticket {
	settled, err := uc.classify(context.WithoutCancel(ctx), t, 1, saveTime)
	if err != nil {
		uc.log.ErrorContext(ctx, "verdict not stored; the ticket stays pending until its lease ends", "ticket", t.ID(), "error", err)
		return t
	}
	return settled
}

// Finish classifies a ticket that a crash or an outage left, under its claim. A round whose attempts are all spent falls back
// without another call.
func (uc *ClassifyNow) Finish(ctx context.Context, c ports.Claim) error {
	if c.Attempt > uc.limits.Policy.MaxAttempts {
		spent := domain.Attempt{Number: c.Attempt, Err: domain.ErrAttemptsSpent, At: uc.clock.Now()}
		_, err := settle(ctx, uc.tickets, c.Ticket, func(t *domain.Ticket) {
			if t.FallBack(c.Ticket.Round(), spent) {
				t.Judge(uc.limits.Review, 1)
			}
		})
		return err
	}
	_, err := uc.classify(ctx, c.Ticket, c.Attempt, slowSaveTime)
	return err
}

func (uc *ClassifyNow) classify(ctx context.Context, t domain.Ticket, first int, saveTime time.Duration) (domain.Ticket, error) {
	attempts := uc.try(ctx, t, first)
	last := attempts[len(attempts)-1]
	draw := rand.Float64() // one for all tries to save
	ctx, cancel := context.WithTimeout(ctx, saveTime)
	defer cancel()
	settled, err := settle(ctx, uc.tickets, t, func(now *domain.Ticket) {
		for _, a := range attempts[:len(attempts)-1] {
			now.NoteFailure(t.Round(), a)
		}
		if end(now, t.Round(), last) {
			now.Judge(uc.limits.Review, draw)
		}
	})
	if err != nil {
		return domain.Ticket{}, fmt.Errorf("store the end of round %d: %w", t.Round(), err)
	}
	return settled, nil
}

// end ends a round with its last attempt and reports whether that counts.
func end(t *domain.Ticket, round domain.Round, last domain.Attempt) bool {
	if last.Err != nil {
		return t.FallBack(round, last)
	}
	return t.Classify(round, last)
}

// try makes attempts until one has a verdict, none is worth it, or the time is up. It returns at least one.
func (uc *ClassifyNow) try(ctx context.Context, t domain.Ticket, first int) []domain.Attempt {
	ctx, cancel := context.WithTimeout(ctx, uc.limits.Timeout)
	defer cancel()
	var attempts []domain.Attempt
	lastCode := ""
	for number := first; ; number++ {
		a := attempt(ctx, uc.classifier, uc.clock, t, number)
		attempts = append(attempts, a)
		if a.Err == nil {
			return attempts
		}
		logFailure(ctx, uc.log, t.ID(), a)
		wait := uc.limits.Policy.Wait(number, a.Err, jitter())
		deadline, _ := ctx.Deadline()
		if !uc.limits.Policy.Again(number, a.Err, lastCode) || time.Until(deadline) <= wait || pause(ctx, wait) != nil {
			return attempts
		}
		lastCode = domain.CodeOf(a.Err)
	}
}
