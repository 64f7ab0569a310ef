package classification

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	// answerMargin is how much longer than the classification's time an answer may take: it comes within a
	// second of it.
	answerMargin = 800 * time.Millisecond
	// HealSlots is how many classifications may be in flight while a server heals fallbacks.
	HealSlots = 16
)

// ClassifyNow classifies a claimed ticket to the end: all attempts within one time limit, then the fallback.
type ClassifyNow struct {
	flights
	caller
	rounds  rounds
	asked   rounds // of what somebody asks for and waits for: the request has a line of its own
	timeout time.Duration
	heart   *Heart
	log     *slog.Logger
}

// NewClassifyNow wires the use case.
func NewClassifyNow(
	tickets roundStore, classifier domain.Classifier, limits ClassifyLimits,
	clock ports.Clock, meter ports.Meter, log *slog.Logger,
) *ClassifyNow {
	ends := rounds{tickets, limits.Review, storeTime, meter, log, slog.LevelInfo}
	uc := &ClassifyNow{
		caller: caller{classifier, limits.Policy, clock, meter}, rounds: ends, asked: ends,
		timeout: limits.Timeout, heart: limits.Heart, log: log,
	}
	uc.asked.verdict = slog.LevelDebug
	uc.flights.init()
	return uc
}

// Lease returns what Start may hold a ticket with, if that is claimed now.
func (uc *ClassifyNow) Lease() ports.Lease { return uc.heart.lease(uc.timeout) }

// Start classifies t, which its caller has claimed, whether or not ctx is cancelled: a client that goes away
// changes nothing. If the end is not stored in time, it returns the ticket as it was, pending, and the
// storing goes on. If that fails too, or the claim got lost, the ticket is taken up again later.
func (uc *ClassifyNow) Start(ctx context.Context, t domain.Ticket, claimed ports.Lease) domain.Ticket {
	now := t
	landed := uc.start(ctx, func(ctx context.Context) {
		now, _ = uc.classify(ctx, ports.Claim{Ticket: t, Lease: claimed, Attempt: 1}, &uc.asked)
	})
	late := time.NewTimer(uc.timeout + answerMargin)
	defer late.Stop()
	select {
	case <-landed:
		return now
	case <-late.C:
		uc.log.WarnContext(ctx, "verdict not stored in time; answered as pending", "ticket", t.ID())
		return t
	}
}

// Finish classifies a ticket that a crash or an outage left, under its claim. A round whose attempts are all
// spent falls back without another call. It goes on when ctx is cancelled.
func (uc *ClassifyNow) Finish(ctx context.Context, c ports.Claim) (err error) {
	<-uc.start(ctx, func(ctx context.Context) { _, err = uc.classify(ctx, c, &uc.rounds) })
	return err
}

// classify returns the ticket as it is stored, and as it was if its end is not stored or others are at work
// on it.
func (uc *ClassifyNow) classify(ctx context.Context, c ports.Claim, ends *rounds) (domain.Ticket, error) {
	attempts := []domain.Attempt{uc.spent()}
	if c.Attempt <= uc.policy.MaxAttempts {
		attempts = uc.try(ctx, c)
	}
	if last := attempts[len(attempts)-1]; errors.Is(last.Err, errClaimLost) {
		uc.log.WarnContext(ctx, "a claim was lost before the call to the model", "ticket", c.Ticket.ID())
		return c.Ticket, last.Err
	}
	now, _, err := ends.end(ctx, c.Ticket, attempts...)
	return now, err
}

func (uc *ClassifyNow) try(ctx context.Context, c ports.Claim) []domain.Attempt {
	ctx, cancel := context.WithTimeout(ctx, uc.timeout)
	defer cancel()
	return uc.untilVerdict(ctx, c.Attempt, func(ctx context.Context, number int) []domain.Attempt {
		end, _ := ctx.Deadline()
		if uc.heart.hold(ctx, c.Lease, time.Until(end)) != nil {
			cancel()
			return []domain.Attempt{{Number: number, Err: errClaimLost}}
		}
		a := uc.attempt(ctx, c.Ticket.Text(), number)
		logFailure(ctx, uc.log, c.Ticket.ID(), a)
		return []domain.Attempt{a}
	})
}

// TakeRoom implements Finisher: what is in flight for people comes first.
func (uc *ClassifyNow) TakeRoom(wanted int) int { return min(wanted, max(HealSlots-uc.InFlight(), 0)) }

// LeaveRoom implements Finisher.
func (uc *ClassifyNow) LeaveRoom(int) {}

// FinishTaken implements Finisher.
func (uc *ClassifyNow) FinishTaken(ctx context.Context, c ports.Claim) {
	_ = uc.Finish(ctx, c) // it logs its failures itself
}
