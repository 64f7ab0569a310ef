package classification

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// dueInterval is how often due retries and ended leases are looked for.
	dueInterval = 500 * time.Millisecond
	// dueBatch is how many are claimed in one step at most.
	dueBatch = 64
)

// workerStore is what a worker needs of the store.
type workerStore interface {
	roundStore
	ports.TicketClaimer
}

// Worker classifies in queue mode: events and due retries fill its slots, each slot makes one attempt and
// never waits for the next, which stands in the row.
type Worker struct {
	flights
	caller
	slots   slots
	rounds  rounds
	tickets workerStore
	letters ports.DeadLetterQueue
	timeout time.Duration
	heart   *Heart
	log     *slog.Logger

	forgotten func() time.Duration
}

// NewWorker wires the use case.
func NewWorker(
	tickets workerStore, classifier domain.Classifier, letters ports.DeadLetterQueue, limits WorkerLimits,
	clock ports.Clock, meter ports.Meter, log *slog.Logger,
) *Worker {
	w := &Worker{
		caller: caller{classifier, limits.Policy, clock, meter}, slots: newSlots(limits.Slots, clock),
		rounds:  rounds{tickets, limits.Review, holdTime, meter, log, slog.LevelInfo},
		tickets: tickets, letters: letters, timeout: limits.Timeout, heart: limits.Heart, log: log,
		forgotten: limits.Forgotten,
	}
	if w.forgotten == nil {
		w.forgotten = func() time.Duration { return 0 }
	}
	w.flights.init()
	return w
}

// Lease returns the lease of a claim that is made now.
func (w *Worker) Lease() ports.Lease { return w.heart.lease(w.timeout) }

// Paused reports whether this worker waits because the provider told it to slow down.
func (w *Worker) Paused() bool { return w.slots.throttle.pausing() }

// TakeEvent waits for a free slot, claims the ticket and starts its classification. It returns nil when the
// event may be acknowledged: the lease in the row outlives a crash. It fails only when ctx ends.
func (w *Worker) TakeEvent(ctx context.Context, id domain.TicketID) error {
	p, err := w.slots.take(ctx)
	if err != nil {
		return err
	}
	claim, err := w.claim(ctx, id)
	if err == nil {
		w.begin(ctx, claim, p)
		return nil
	}
	w.slots.free(p)
	switch {
	case ctx.Err() != nil:
		return err
	case errors.Is(err, domain.ErrTicketNotFound):
		w.log.InfoContext(ctx, "an event names a ticket that does not exist or was deleted", "ticket", id)
	case !errors.Is(err, domain.ErrNotClaimable):
		// The row will be found by a sweep; the event has nothing more to say.
		w.log.ErrorContext(ctx, "ticket not claimed", "ticket", id, "error", err)
	}
	return nil
}

// claim waits for a store that is away: that is not the ticket's fault.
func (w *Worker) claim(ctx context.Context, id domain.TicketID) (c ports.Claim, err error) {
	err = retry.WhileUnavailable(ctx, serverAway, func(ctx context.Context) (err error) {
		claiming, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
		defer cancel()
		c, err = w.tickets.ClaimTicket(claiming, id, w.Lease())
		return err
	})
	return c, err
}

// Sweep takes up due retries, ended leases and, while no events pass, new tickets, until ctx ends.
func (w *Worker) Sweep(ctx context.Context) {
	outage := retry.NewOutage(w.log,
		"the store cannot be used; the worker waits for it", "the store can be used again")
	more := false
	for more || retry.Pause(ctx, dueInterval) == nil {
		var err error
		more, err = w.sweepOnce(ctx)
		outage.Note(ctx, err)
	}
}

// sweepOnce claims as many due tickets as there are free slots. It waits for one slot in the same line as the
// events, so that a backlog does not starve the retries. It reports whether more may be due.
func (w *Worker) sweepOnce(ctx context.Context) (more bool, err error) {
	first, err := w.slots.take(ctx)
	if err != nil {
		return false, err
	}
	permits := []permit{first}
	for range w.slots.tryTake(dueBatch - 1) {
		permits = append(permits, permit{at: first.at})
	}
	claiming, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
	defer cancel()
	claims, err := w.tickets.ClaimDue(claiming, len(permits), w.Lease(), w.forgotten())
	w.meter.Swept(ports.FoundDue, len(claims))
	for i, p := range permits {
		if i < len(claims) {
			w.begin(ctx, claims[i], p)
		} else {
			w.slots.free(p)
		}
	}
	if err != nil {
		return false, fmt.Errorf("claim due tickets: %w", err)
	}
	return len(claims) == len(permits), nil
}

// begin hands a claim with its slot to the pool. The channel is closed when the attempt is over.
func (w *Worker) begin(ctx context.Context, c ports.Claim, p permit) <-chan struct{} {
	return w.start(ctx, func(ctx context.Context) {
		defer w.slots.free(p)
		w.run(ctx, c, p)
	})
}

// TakeRoom implements Finisher: it takes free slots only, so that new tickets and due retries go first.
func (w *Worker) TakeRoom(wanted int) int { return w.slots.tryTake(wanted) }

// LeaveRoom implements Finisher.
func (w *Worker) LeaveRoom(n int) {
	for range n {
		w.slots.free(permit{})
	}
}

// FinishTaken implements Finisher. It makes one attempt; a further one stands in the row as any other.
func (w *Worker) FinishTaken(ctx context.Context, c ports.Claim) {
	<-w.begin(ctx, c, permit{at: w.clock.Now()})
}
