package classification

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"time"

	"ticketd/app/retry"
	"ticketd/domain"
	"ticketd/ports"
)

// run makes the one attempt that c is for and stores what came of it.
func (w *Worker) run(ctx context.Context, c ports.Claim, p pass) {
	if c.Attempt > w.limits.Policy.MaxAttempts {
		w.giveUp(ctx, c, domain.Attempt{Number: w.limits.Policy.MaxAttempts, Err: domain.ErrAttemptsSpent, At: w.clock.Now()})
		return
	}
	calling, cancel := context.WithTimeout(ctx, w.limits.Timeout)
	a := attempt(calling, w.classifier, w.clock, w.meter, c.Ticket.Text(), c.Attempt)
	cancel()
	if ctx.Err() != nil {
		return // cut off: the lease brings the ticket back
	}
	if domain.KindOf(a.Err) != domain.KindUnavailable || a.Err == nil {
		w.throttle.through(p) // whatever it said, it was no "slow down"
	}
	if a.Err == nil {
		w.endRound(ctx, c, a)
		return
	}
	logFailure(ctx, w.log, c.Ticket.ID(), a)
	w.fail(ctx, c, a)
}

// fail puts the ticket back into its row until the next attempt is due, or ends the round.
func (w *Worker) fail(ctx context.Context, c ports.Claim, a domain.Attempt) {
	failed := failureEntry(c.Ticket, a)
	if errors.Is(a.Err, domain.ErrThrottled) {
		wait := w.throttle.refused(retryAfter(a.Err))
		if c.ThrottledFor < throttleLimit {
			w.meter.Retried()
			w.release(ctx, c, ports.Release{Wait: wait, Uncounted: true, Throttled: true, Failed: &failed})
			return
		}
	}
	if w.limits.Policy.Again(c.Attempt, a.Err, c.LastError) {
		w.meter.Retried()
		w.release(ctx, c, ports.Release{Wait: w.limits.Policy.Wait(c.Attempt, a.Err, retry.Jitter()), Failed: &failed})
		return
	}
	w.giveUp(ctx, c, a)
}

func failureEntry(t domain.Ticket, a domain.Attempt) domain.Classification {
	t.NoteFailure(t.Round(), a)
	entries := t.NewEntries()
	return entries[len(entries)-1]
}

func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*domain.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// giveUp ends the round with the fallback and buries the event. The row comes first: it is what people see.
func (w *Worker) giveUp(ctx context.Context, c ports.Claim, a domain.Attempt) {
	if !w.endRound(ctx, c, a) {
		return
	}
	letter := ports.DeadLetter{TicketID: c.Ticket.ID(), Cause: domain.CodeOf(a.Err), Attempts: a.Number, At: w.clock.Now()}
	if err := w.insist(ctx, deadLetterTime, func(ctx context.Context) error { return w.letters.Add(ctx, letter) }); err != nil {
		w.log.ErrorContext(ctx, "dead letter not written; the ticket has its fallback", "ticket", c.Ticket.ID(), "cause", letter.Cause, "error", err)
	}
}

// endRound stores the end of a round and reports whether it is stored and counts.
func (w *Worker) endRound(ctx context.Context, c ports.Claim, a domain.Attempt) bool {
	counts, healed := false, false
	sample := w.limits.Review.Sample(rand.Float64()) // one for all tries to save
	var tried *domain.Ticket
	err := w.insist(ctx, holdTime, func(ctx context.Context) error {
		if saved, err := w.alreadySaved(ctx, tried); saved || err != nil {
			return err
		}
		_, err := settle(ctx, w.tickets, c.Ticket, func(t *domain.Ticket) {
			fallen := t.ClassifiedBy() == domain.SourceFallback
			counts = end(t, c.Ticket.Round(), a, sample)
			healed = fallen && counts && a.Err == nil
			tried = t
		})
		return err
	})
	if err != nil {
		w.log.ErrorContext(ctx, "the end of a classification was not stored; the ticket is taken up again when its lease ends",
			"ticket", c.Ticket.ID(), "error", err)
	}
	if counts = counts && err == nil; counts {
		w.meter.Ended(a)
	}
	if counts && healed {
		w.meter.Healed()
	}
	return counts
}

// alreadySaved reports whether an earlier try was saved and only the store's answer got lost.
func (w *Worker) alreadySaved(ctx context.Context, tried *domain.Ticket) (bool, error) {
	if tried == nil {
		return false, nil
	}
	now, err := w.tickets.Ticket(ctx, tried.ID())
	return err == nil && reflect.DeepEqual(now.Snapshot(), tried.Saved().Snapshot()), err
}

func (w *Worker) release(ctx context.Context, c ports.Claim, r ports.Release) {
	err := w.insist(ctx, holdTime, func(ctx context.Context) error { return w.tickets.ReleaseClaim(ctx, c, r) })
	if err != nil {
		w.log.ErrorContext(ctx, "a failed attempt was not stored; the ticket is taken up again when its lease ends",
			"ticket", c.Ticket.ID(), "error", err)
	}
}

// insist repeats do while a server that it needs is away, for the given time.
func (w *Worker) insist(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		trying, done := context.WithTimeout(ctx, saveTime)
		err := do(trying)
		done()
		if err == nil || domain.KindOf(err) != domain.KindUnavailable || retry.Pause(ctx, storePause) != nil {
			return err
		}
	}
}
