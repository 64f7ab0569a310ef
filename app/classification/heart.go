package classification

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// beatInterval is how often a process says that it lives, and beatPause how soon after a beat that failed.
	beatInterval, beatPause = 2 * time.Second, 500 * time.Millisecond
	// beatTime bounds one beat, which may have to find another host.
	beatTime = 5 * time.Second
	// lookTime bounds one look at the claims of others: the next beat must not wait for it.
	lookTime = time.Second
	// trustTime is how long after a beat a process relies on its claims: others wait for ports.ClaimerLife.
	trustTime = 4 * time.Second
	// strayInterval is how often the claims of claimers that are not there any more are looked for without a
	// reason: one can come after its claimer's end, or have been locked then.
	strayInterval = 30 * time.Second
)

// errClaimLost: others may be at work on the ticket.
var errClaimLost = errors.New("the claim is lost")

// Heart tells the store that this process lives, and ends the claims of those that do not. It says whether a
// claim still holds before a call is paid for. A nil Heart knows nothing: claims last as long as their
// leases.
type Heart struct {
	store ports.ClaimerStore
	clock ports.Clock
	log   *slog.Logger

	mu     sync.Mutex
	id     ports.ClaimerID
	beatAt time.Time     // when the newest beat that came through began
	beaten chan struct{} // closed by the next one

	looked  time.Time // for strays; of Beat alone
	strays  *retry.Outage
	outages *retry.Outage
}

// NewHeart wires the use case.
func NewHeart(store ports.ClaimerStore, clock ports.Clock, log *slog.Logger) *Heart {
	return &Heart{
		store: store, clock: clock, log: log, beaten: make(chan struct{}),
		outages: retry.NewOutage(log, "the heartbeat does not reach the store; no new call to the model begins "+
			"until it does, and others may take this process's tickets over", "the heartbeat reaches the store again"),
		strays: retry.NewOutage(log, "the claims of dead processes cannot be ended; their leases end them",
			"the claims of dead processes can be ended again"),
	}
}

// Run beats from the next time on until ctx ends. Then it gives back what this process has claimed.
func (h *Heart) Run(ctx context.Context) {
	for pause := beatInterval; retry.Pause(ctx, pause) == nil; {
		pause = beatInterval
		if h.Beat(ctx) != nil {
			pause = beatPause
		}
	}
	id, _ := h.state()
	if id == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatTime)
	defer cancel()
	if err := h.store.Retire(ctx, id); err != nil {
		h.log.WarnContext(ctx, "claims not given back; others take them over", "error", err)
	}
}

// Beat says once that this process lives, and looks whether others do. One caller at a time.
func (h *Heart) Beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beatTime)
	defer cancel()
	began := h.clock.Now()
	dead, err := h.beat(ctx, began)
	h.outages.Note(ctx, err)
	if err != nil || !dead && elapsed(h.looked, began) < strayInterval {
		return err
	}
	h.looked = began
	looking, stop := context.WithTimeout(ctx, lookTime)
	defer stop()
	id, _ := h.state()
	ended, err := h.store.EndDead(looking, id)
	h.strays.Note(ctx, err)
	if ended > 0 {
		h.log.WarnContext(ctx, "a process that was classifying is gone; its tickets are taken over", "count", ended)
	}
	return nil
}

func (h *Heart) beat(ctx context.Context, began time.Time) (dead bool, err error) {
	id, _ := h.state()
	alive := false
	if id != 0 {
		if alive, dead, err = h.store.Beat(ctx, id); err != nil {
			return false, err
		}
		if !alive {
			h.log.WarnContext(ctx, "this process was taken for dead; what it had claimed is others' now")
		}
	}
	if !alive {
		if id, err = h.store.Enlist(ctx); err != nil {
			return false, err
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.id, h.beatAt = id, began
	close(h.beaten)
	h.beaten = make(chan struct{})
	return dead, nil
}

func (h *Heart) state() (ports.ClaimerID, time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.id, h.beatAt
}

// lease returns the lease for a claim that is made now.
func (h *Heart) lease(timeout time.Duration) ports.Lease {
	l := ports.Lease{Time: Lease(timeout)}
	if h != nil {
		l.By, _ = h.state()
		l.From = h.clock.Now()
	}
	return l
}

// hold returns nil if a claim of this process still holds for what may take up to need, so that a call may be
// paid for. While that is in doubt it waits for the next beat. It returns errClaimLost, or the error of ctx
// if that ends first.
func (h *Heart) hold(ctx context.Context, l ports.Lease, need time.Duration) error {
	if h == nil {
		return nil
	}
	for {
		h.mu.Lock()
		id, at, next := h.id, h.beatAt, h.beaten
		h.mu.Unlock()
		now := h.clock.Now()
		switch rest := l.Time - elapsed(l.From, now) - need; {
		case rest <= 0 || l.By != 0 && l.By != id:
			return errClaimLost
		case l.By == 0 || elapsed(at, now) <= trustTime:
			return nil
		default:
			late := time.NewTimer(rest)
			defer late.Stop()
			select {
			case <-next:
			case <-late.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// elapsed is the longer of what two clocks say: one stands still while a machine is suspended, the other can
// be set back.
func elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}
