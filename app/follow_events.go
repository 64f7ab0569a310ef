package app

import (
	"context"
	"sync"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	// maxFollowers bounds the readers that wait for events in one process.
	maxFollowers = 100
	// eventPoll is how often one process looks for new events while anybody waits.
	eventPoll = 200 * time.Millisecond
	// eventLook bounds one look.
	eventLook = 5 * time.Second
)

// atOnce is closed: it lets nobody wait.
var atOnce = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// ErrTooManyFollowers: as many readers wait in this process as may.
var ErrTooManyFollowers = &domain.Error{
	Kind: domain.KindUnavailable, Code: "too_many_readers", RetryAfter: 5 * time.Second,
	Message: "too many readers wait for events; ask again soon, or without wait",
}

// FollowEvents reads the log of events and waits for new ones. All who wait in a process share one look at
// the store.
type FollowEvents struct {
	events  ports.EventReader
	free    chan struct{} // a token for each reader that may still wait
	stopped chan struct{}
	stop    sync.Once

	mu      sync.Mutex
	waiting int
	looking bool          // look is at work
	changed chan struct{} // closed once there may be something new
}

// NewFollowEvents wires the use case.
func NewFollowEvents(events ports.EventReader) *FollowEvents {
	uc := &FollowEvents{
		events: events, free: make(chan struct{}, maxFollowers), stopped: make(chan struct{}),
		changed: make(chan struct{}),
	}
	for range maxFollowers {
		uc.free <- struct{}{}
	}
	return uc
}

// Stop ends all waiting, now and later, as if nothing had happened.
func (uc *FollowEvents) Stop() { uc.stop.Do(func() { close(uc.stopped) }) }

// Stopped is closed by Stop.
func (uc *FollowEvents) Stopped() <-chan struct{} { return uc.stopped }

// Last returns the place behind which what happens from now on comes.
func (uc *FollowEvents) Last(ctx context.Context) (ports.EventPosition, error) {
	return uc.events.LastEvent(ctx)
}

// Of returns a ticket's events.
func (uc *FollowEvents) Of(
	ctx context.Context, id domain.TicketID, after ports.EventPosition, limit int,
) (ports.EventPage, error) {
	return uc.events.EventsOf(ctx, id, after, limit)
}

// Enter takes one of the places for readers that wait, which leave gives back. Without a free one it returns
// ErrTooManyFollowers.
func (uc *FollowEvents) Enter() (leave func(), err error) {
	select {
	case <-uc.free:
		return func() { uc.free <- struct{}{} }, nil
	default:
		return nil, ErrTooManyFollowers
	}
}

// Handle returns up to limit matching events after the place. If there is none, it waits for the first for up
// to wait, in a place that the caller has entered. It returns an empty page once the time is over or Stop is
// called.
func (uc *FollowEvents) Handle(
	ctx context.Context, f ports.EventFilter, after ports.EventPosition, limit int, wait time.Duration,
) (ports.EventPage, error) {
	late := time.NewTimer(wait)
	defer late.Stop()
	for {
		changed, done := uc.watch(wait > 0)
		page, err := uc.events.Events(ctx, f, after, limit)
		if err != nil || len(page.Events) > 0 || wait <= 0 {
			done()
			return page, err
		}
		after = page.Next
		if !page.End {
			changed = atOnce
		}
		select {
		case <-changed:
		case <-late.C:
			wait = 0
		case <-uc.stopped:
			wait = 0
		case <-ctx.Done():
			wait = 0
		}
		done()
		if wait == 0 {
			return page, nil
		}
	}
}

// watch returns what is closed once there may be something new after the call, until done is called.
func (uc *FollowEvents) watch(wanted bool) (changed <-chan struct{}, done func()) {
	if !wanted {
		return nil, func() {}
	}
	uc.mu.Lock()
	defer uc.mu.Unlock()
	uc.waiting++
	if !uc.looking {
		uc.looking = true
		go uc.look()
	}
	return uc.changed, func() {
		uc.mu.Lock()
		defer uc.mu.Unlock()
		uc.waiting--
	}
}

// look polls while anybody waits. A store that fails wakes everybody: their own reads tell them why.
func (uc *FollowEvents) look() {
	var last ports.EventPosition
	for first := true; ; first = false {
		ctx, cancel := context.WithTimeout(context.Background(), eventLook)
		now, err := uc.events.LastEvent(ctx)
		cancel()
		uc.mu.Lock()
		if err != nil || first || now != last {
			close(uc.changed)
			uc.changed = make(chan struct{})
		}
		last = now
		uc.looking = uc.waiting > 0
		goOn := uc.looking
		uc.mu.Unlock()
		if !goOn {
			return
		}
		time.Sleep(eventPoll)
	}
}
