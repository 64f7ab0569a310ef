package classification

import (
	"context"
	"errors"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// run makes the one attempt that c is for and stores what came of it: the wait for the next one, or the end
// of the round and, after a fallback, the dead letter. The row comes first: it is what people see.
func (w *Worker) run(ctx context.Context, c ports.Claim, p permit) {
	a, paused := w.spent(), time.Duration(0)
	if c.Attempt <= w.policy.MaxAttempts {
		if err := w.heart.hold(ctx, c.Lease, w.timeout); err != nil {
			w.giveBack(ctx, c, err)
			return
		}
		calling, cancel := context.WithTimeout(ctx, w.timeout)
		a = w.attempt(calling, c.Ticket.Text(), c.Attempt)
		cancel()
		if ctx.Err() != nil {
			return // cut off: the lease brings the ticket back
		}
		paused = w.slots.throttle.note(p, a.Err)
		logFailure(ctx, w.log, c.Ticket.ID(), a)
	}
	if r, again := w.again(c, a, paused); again {
		w.meter.Retried()
		w.release(ctx, c, r)
		return
	}
	if _, counts, err := w.rounds.end(ctx, c.Ticket, a); err == nil && counts && a.Err != nil {
		w.bury(ctx, c, a)
	}
}

// giveBack ends a claim that no call was made for, if it is not lost to others.
func (w *Worker) giveBack(ctx context.Context, c ports.Claim, err error) {
	if ctx.Err() != nil {
		return // cut off: the end of this process brings the ticket back
	}
	w.log.WarnContext(ctx, "a claim was lost before the call to the model",
		"ticket", c.Ticket.ID(), "error", err)
	w.release(ctx, c, ports.Release{Uncounted: true})
}

// again returns how the ticket waits for its next attempt, if one follows a. One that the provider put off,
// for which everybody pauses now, counts no attempt, up to throttleLimit.
func (w *Worker) again(c ports.Claim, a domain.Attempt, paused time.Duration) (r ports.Release, again bool) {
	switch {
	case a.Err == nil:
		return ports.Release{}, false
	case errors.Is(a.Err, domain.ErrThrottled) && c.ThrottledFor < throttleLimit:
		r = ports.Release{Wait: paused, Uncounted: true, Throttled: true}
	case w.policy.Again(c.Attempt, a.Err, c.LastError):
		r = ports.Release{Wait: w.policy.Wait(c.Attempt, a.Err, retry.Jitter())}
	default:
		return ports.Release{}, false
	}
	t := c.Ticket
	t.NoteFailure(t.Round(), a)
	r.Failed = &t.NewEntries()[0]
	return r, true
}

// release stores the failed attempt and gives the claim back.
func (w *Worker) release(ctx context.Context, c ports.Claim, r ports.Release) {
	err := w.whileUnavailable(ctx, holdTime, func(ctx context.Context) error {
		return w.tickets.ReleaseClaim(ctx, c, r)
	})
	if err != nil && !deleted(ctx, w.log, c.Ticket.ID(), err) {
		w.log.ErrorContext(ctx, "a failed attempt may not be stored; "+
			"if it is not, the ticket is taken up again when its lease ends", "ticket", c.Ticket.ID(), "error", err)
	}
}

// bury writes the dead letter. A queue that does not take it at once must not hold the slot.
func (w *Worker) bury(ctx context.Context, c ports.Claim, a domain.Attempt) {
	letter := ports.DeadLetter{
		TicketID: c.Ticket.ID(), Cause: domain.CodeOf(a.Err), Attempts: a.Number, At: w.clock.Now(),
	}
	add := func(ctx context.Context) error { return w.letters.Add(ctx, letter) }
	trying, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	err := add(trying)
	if domain.KindOf(err) != domain.KindUnavailable {
		w.buried(ctx, letter, err)
		return
	}
	w.start(ctx, func(ctx context.Context) {
		w.buried(ctx, letter, w.whileUnavailable(ctx, deadLetterTime, add))
	})
}

func (w *Worker) buried(ctx context.Context, letter ports.DeadLetter, err error) {
	if err != nil {
		w.log.ErrorContext(ctx, "dead letter not written; the ticket has its fallback",
			"ticket", letter.TicketID, "cause", letter.Cause, "error", err)
		return
	}
	w.log.WarnContext(ctx, "dead letter written",
		"ticket", letter.TicketID, "cause", letter.Cause, "attempts", letter.Attempts)
}

// whileUnavailable repeats try while a server is away, for the given time.
func (w *Worker) whileUnavailable(
	ctx context.Context, limit time.Duration, try func(context.Context) error,
) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return retry.WhileUnavailable(ctx, serverAway, func(ctx context.Context) error {
		trying, done := context.WithTimeout(ctx, storeTime)
		defer done()
		return try(trying)
	})
}
