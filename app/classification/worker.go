package classification

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ticketd/app/retry"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// dueInterval is how often due retries and ended leases are looked for.
	dueInterval = 500 * time.Millisecond
	// dueBatch is how many are claimed in one step at most.
	dueBatch = 64
	// claimTime bounds one claim. A stop does not cut it off: it may have reached the row, which would then wait for its lease to end
	// and have lost an attempt.
	claimTime = 5 * time.Second
	// storePause is the wait before the store is asked again while it is away.
	storePause = 250 * time.Millisecond
	// holdTime is how long a paid answer is held for a store that is away. By then the lease has ended and others may pay again.
	holdTime = 2 * time.Minute
	// deadLetterTime is how long a dead letter is held for a queue that is away.
	deadLetterTime = time.Minute
)

// workerStore is what a worker needs of the store.
type workerStore interface {
	saver
	ports.TicketClaimer
}

// WorkerLimits say how much a worker does at a time, how often and for how long.
type WorkerLimits struct {
	Slots   int // classifications in flight
	Timeout time.Duration
	Policy  domain.RetryPolicy
	Review  domain.ReviewPolicy
}

// RetryLater is the policy of a worker: with 5 attempts they spread over about half a minute.
func RetryLater(attempts int) domain.RetryPolicy {
	return domain.RetryPolicy{MaxAttempts: attempts, Base: 2 * time.Second, Cap: 30 * time.Second}
}

// Worker classifies in queue mode: events and due retries fill its slots, each slot makes one attempt and never waits for the next,
// which stands in the row.
type Worker struct {
	tickets    workerStore
	classifier domain.Classifier
	letters    ports.DeadLetterQueue
	limits     WorkerLimits
	slots      chan struct{} // a token is a taken slot; waiting senders are served in order
	throttle   *throttle
	clock      ports.Clock
	meter      ports.Meter
	log        *slog.Logger

	life   context.Context // ends what is in flight when the stop takes too long
	kill   context.CancelFunc
	flight sync.WaitGroup
}

// NewWorker wires the use case.
func NewWorker(tickets interface {
	ports.TicketReader
	ports.TicketSaver
	ports.TicketClaimer
}, classifier domain.Classifier, letters ports.DeadLetterQueue, limits WorkerLimits, clock ports.Clock, meter ports.Meter, log *slog.Logger) *Worker {
	life, kill := context.WithCancel(context.Background())
	return &Worker{
		tickets: tickets, classifier: classifier, letters: letters, limits: limits, slots: make(chan struct{}, limits.Slots),
		throttle: &throttle{}, clock: clock, meter: meter, log: log, life: life, kill: kill,
	}
}

// TakeEvent waits for a free slot, claims the ticket and starts its classification. It returns nil when the event may be
// acknowledged: the lease in the row outlives a crash. It fails only when ctx ends.
func (w *Worker) TakeEvent(ctx context.Context, id domain.TicketID) error {
	p, err := w.takeSlot(ctx)
	if err != nil {
		return err
	}
	claim, err := w.claim(ctx, id)
	if err == nil {
		w.start(ctx, claim, p)
		return nil
	}
	w.freeSlot(p)
	switch {
	case ctx.Err() != nil:
		return err
	case errors.Is(err, domain.ErrTicketNotFound):
		w.log.WarnContext(ctx, "an event names a ticket that does not exist", "ticket", id)
	case !errors.Is(err, domain.ErrNotClaimable):
		// The row will be found by a sweep; the event has nothing more to say.
		w.log.ErrorContext(ctx, "ticket not claimed", "ticket", id, "error", err)
	}
	return nil
}

// claim waits for a store that is away: that is not the ticket's fault.
func (w *Worker) claim(ctx context.Context, id domain.TicketID) (ports.Claim, error) {
	for {
		claiming, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
		c, err := w.tickets.ClaimTicket(claiming, id, Lease(w.limits.Timeout))
		cancel()
		if err == nil || domain.KindOf(err) != domain.KindUnavailable {
			return c, err
		}
		if err := retry.Pause(ctx, storePause); err != nil {
			return ports.Claim{}, err
		}
	}
}

// Sweep takes up due retries and ended leases until ctx ends.
func (w *Worker) Sweep(ctx context.Context) {
	broken := false
	more := false
	for more || retry.Pause(ctx, dueInterval) == nil {
		var err error
		more, err = w.sweepOnce(ctx)
		if failed := err != nil && ctx.Err() == nil; failed != broken {
			broken = failed
			if failed {
				w.log.WarnContext(ctx, "the store cannot be used; the worker waits for it", "error", err)
			} else {
				w.log.InfoContext(ctx, "the store can be used again")
			}
		}
	}
}

// sweepOnce claims as many due tickets as there are free slots. It waits for one slot in the same line as the events, so that a
// backlog does not starve the retries. It reports whether more may be due.
func (w *Worker) sweepOnce(ctx context.Context) (more bool, err error) {
	first, err := w.takeSlot(ctx)
	if err != nil {
		return false, err
	}
	passes := []pass{first}
	for w.throttle.open() && len(passes) < dueBatch && w.tryTakeSlot() {
		passes = append(passes, pass{at: first.at})
	}
	claiming, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
	defer cancel()
	claims, err := w.tickets.ClaimDue(claiming, len(passes), Lease(w.limits.Timeout), 0)
	w.meter.Swept(ports.FoundDue, len(claims))
	for i, p := range passes {
		if i < len(claims) {
			w.start(ctx, claims[i], p)
		} else {
			w.freeSlot(p)
		}
	}
	if err != nil {
		return false, fmt.Errorf("claim due tickets: %w", err)
	}
	return len(claims) == len(passes), nil
}

// Drain waits for what is in flight. If ctx ends first, that is cut off, and the leases in the rows bring it back later.
func (w *Worker) Drain(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		w.flight.Wait()
		close(done)
	}()
	select {
	case <-done:
		w.kill()
		return nil
	case <-ctx.Done():
		w.kill()
		<-done
		return fmt.Errorf("classifications were still in flight: %w", ctx.Err())
	}
}

// Lease is how long a claim lasts.
func (w *Worker) Lease() time.Duration { return Lease(w.limits.Timeout) }

// TakeRoom implements Finisher: it takes free slots only, so that new tickets and due retries go first.
func (w *Worker) TakeRoom(wanted int) int {
	n := 0
	for n < wanted && w.throttle.open() && w.tryTakeSlot() {
		n++
	}
	return n
}

// LeaveRoom implements Finisher.
func (w *Worker) LeaveRoom(n int) {
	for range n {
		<-w.slots
	}
}

// FinishTaken implements Finisher. It makes one attempt; a further one stands in the row as any other.
func (w *Worker) FinishTaken(ctx context.Context, c ports.Claim) {
	done := make(chan struct{})
	w.flight.Go(func() {
		defer close(done)
		p := pass{at: time.Now()}
		defer w.freeSlot(p)
		ctx, ended := lasting(ctx, w.life)
		defer ended()
		w.run(ctx, c, p)
	})
	<-done
}

// InFlight is how many slots are taken.
func (w *Worker) InFlight() int { return len(w.slots) }

// Paused reports whether this worker waits because the provider told it to slow down.
func (w *Worker) Paused() bool { return w.throttle.pausing() }

func (w *Worker) takeSlot(ctx context.Context) (pass, error) {
	select {
	case w.slots <- struct{}{}:
	case <-ctx.Done():
		return pass{}, ctx.Err()
	}
	p, err := w.throttle.enter(ctx)
	if err != nil {
		<-w.slots
	}
	return p, err
}

func (w *Worker) tryTakeSlot() bool {
	select {
	case w.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

func (w *Worker) freeSlot(p pass) {
	w.throttle.leave(p)
	<-w.slots
}

// start hands a claim to the pool. What ctx knows goes with it, its end does not.
func (w *Worker) start(ctx context.Context, c ports.Claim, p pass) {
	w.flight.Go(func() {
		defer w.freeSlot(p)
		ctx, done := lasting(ctx, w.life)
		defer done()
		w.run(ctx, c, p)
	})
}
