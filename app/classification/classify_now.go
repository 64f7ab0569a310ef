package classification

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"ticketd/app/retry"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// leaseMargin is what a claim outlasts the classification by: time to save, and to be slow.
	leaseMargin = 15 * time.Second
	// answerMargin is how much longer than the classification's time an answer may take: it comes within a second of it.
	answerMargin = 800 * time.Millisecond
	// HealSlots is how many classifications may be in flight while a server heals fallbacks.
	HealSlots = 16
	// leastTime is what an attempt needs to be worth it: one that begins with less would only hide what the ones before it met.
	leastTime = 50 * time.Millisecond
	// saveTime bounds storing the end of a round.
	saveTime = 10 * time.Second
)

// Lease is how long a claim lasts where a classification takes at most timeout.
func Lease(timeout time.Duration) time.Duration { return timeout + leaseMargin }

// ClassifyNow classifies a claimed ticket to the end: all attempts within one time limit, then the fallback.
type ClassifyNow struct {
	tickets    saver
	classifier domain.Classifier
	limits     ClassifyLimits
	clock      ports.Clock
	meter      ports.Meter
	log        *slog.Logger
	flight     sync.WaitGroup
	inFlight   atomic.Int64
	life       context.Context // ends what is in flight when the stop takes too long
	kill       context.CancelFunc
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
}, classifier domain.Classifier, limits ClassifyLimits, clock ports.Clock, meter ports.Meter, log *slog.Logger) *ClassifyNow {
	life, kill := context.WithCancel(context.Background())
	return &ClassifyNow{tickets: tickets, classifier: classifier, limits: limits, clock: clock, meter: meter, log: log, life: life, kill: kill}
}

// Lease is how long Start may hold a ticket.
func (uc *ClassifyNow) Lease() time.Duration { return Lease(uc.limits.Timeout) }

// Start classifies t, which its caller has claimed, whether or not ctx is cancelled: a client that goes away changes nothing. If
// the end is not stored in time, the ticket is returned as it was, pending, and the storing goes on. If that fails too, the ticket is
// taken up again when its lease ends.
func (uc *ClassifyNow) Start(ctx context.Context, t domain.Ticket) domain.Ticket {
	settled := make(chan domain.Ticket, 1)
	uc.flight.Go(func() {
		ctx, done := lasting(ctx, uc.life)
		defer done()
		now, err := uc.classify(ctx, t, 1)
		if err != nil {
			uc.log.ErrorContext(ctx, "verdict not stored; the ticket stays pending until its lease ends", "ticket", t.ID(), "error", err)
			now = t
		}
		settled <- now
	})
	late := time.NewTimer(uc.limits.Timeout + answerMargin)
	defer late.Stop()
	select {
	case now := <-settled:
		return now
	case <-late.C:
		uc.log.WarnContext(ctx, "verdict not stored in time; answered as pending", "ticket", t.ID())
		return t
	}
}

// Drain waits for what is in flight. If ctx ends first, that is cut off, and the leases in the rows bring it back later.
func (uc *ClassifyNow) Drain(ctx context.Context) error {
	stop := context.AfterFunc(ctx, uc.kill)
	defer stop()
	uc.flight.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("classifications were still in flight: %w", ctx.Err())
	}
	return nil
}

// InFlight is how many classifications are under way.
func (uc *ClassifyNow) InFlight() int { return int(uc.inFlight.Load()) }

// Finish classifies a ticket that a crash or an outage left, under its claim. A round whose attempts are all spent falls back
// without another call. It goes on when ctx is cancelled.
func (uc *ClassifyNow) Finish(ctx context.Context, c ports.Claim) error {
	uc.flight.Add(1)
	defer uc.flight.Done()
	ctx, done := lasting(ctx, uc.life)
	defer done()
	if c.Attempt > uc.limits.Policy.MaxAttempts {
		spent := domain.Attempt{Number: uc.limits.Policy.MaxAttempts, Err: domain.ErrAttemptsSpent, At: uc.clock.Now()}
		_, err := uc.store(ctx, c.Ticket, []domain.Attempt{spent}, 1)
		return err
	}
	_, err := uc.classify(ctx, c.Ticket, c.Attempt)
	return err
}

// TakeRoom implements Finisher: what is in flight for people comes first.
func (uc *ClassifyNow) TakeRoom(wanted int) int { return min(wanted, max(HealSlots-uc.InFlight(), 0)) }

// LeaveRoom implements Finisher.
func (uc *ClassifyNow) LeaveRoom(int) {}

// FinishTaken implements Finisher.
func (uc *ClassifyNow) FinishTaken(ctx context.Context, c ports.Claim) {
	if err := uc.Finish(ctx, c); err != nil {
		uc.log.ErrorContext(ctx, "fallback not healed; it is taken up again when its lease ends", "ticket", c.Ticket.ID(), "error", err)
	}
}

func (uc *ClassifyNow) classify(ctx context.Context, t domain.Ticket, first int) (domain.Ticket, error) {
	uc.inFlight.Add(1)
	defer uc.inFlight.Add(-1)
	attempts := uc.try(ctx, t, first)
	ctx, cancel := context.WithTimeout(ctx, saveTime)
	defer cancel()
	return uc.store(ctx, t, attempts, rand.Float64())
}

// store saves the end of a round. draw is one for all tries to save.
func (uc *ClassifyNow) store(ctx context.Context, t domain.Ticket, attempts []domain.Attempt, draw float64) (domain.Ticket, error) {
	counts, healed := false, false
	settled, err := settle(ctx, uc.tickets, t, func(now *domain.Ticket) {
		fallen := now.ClassifiedBy() == domain.SourceFallback
		counts = Conclude(now, t.Round(), attempts, uc.limits.Review.Sample(draw))
		healed = fallen && counts && now.AIStatus() == domain.AIStatusDone
	})
	if err != nil {
		return domain.Ticket{}, fmt.Errorf("store the end of round %d: %w", t.Round(), err)
	}
	if counts {
		uc.meter.Ended(attempts[len(attempts)-1])
	}
	if healed {
		uc.meter.Healed()
	}
	return settled, nil
}

// Conclude puts all attempts of a round on record, of which the last one ends it, and reports whether that counts.
func Conclude(t *domain.Ticket, round domain.Round, attempts []domain.Attempt, sample domain.ReviewSample) bool {
	last := len(attempts) - 1
	for _, a := range attempts[:last] {
		t.NoteFailure(round, a)
	}
	return end(t, round, attempts[last], sample)
}

// end ends a round with its last attempt and reports whether that counts.
func end(t *domain.Ticket, round domain.Round, last domain.Attempt, sample domain.ReviewSample) bool {
	if last.Err != nil {
		return t.FallBack(round, last)
	}
	return t.Classify(round, last, sample)
}

// try makes attempts until one has a verdict, none is worth it, or the time is up. It returns at least one.
func (uc *ClassifyNow) try(ctx context.Context, t domain.Ticket, first int) []domain.Attempt {
	ctx, cancel := context.WithTimeout(ctx, uc.limits.Timeout)
	defer cancel()
	var attempts []domain.Attempt
	lastCode := ""
	for number := first; ; number++ {
		a := attempt(ctx, uc.classifier, uc.clock, uc.meter, t.Text(), number)
		attempts = append(attempts, a)
		if a.Err == nil {
			return attempts
		}
		logFailure(ctx, uc.log, t.ID(), a)
		wait := uc.limits.Policy.Wait(number, a.Err, retry.Jitter())
		deadline, _ := ctx.Deadline()
		if !uc.limits.Policy.Again(number, a.Err, lastCode) || time.Until(deadline) <= wait+leastTime || retry.Pause(ctx, wait) != nil {
			return attempts
		}
		uc.meter.Retried()
		lastCode = domain.CodeOf(a.Err)
	}
}
