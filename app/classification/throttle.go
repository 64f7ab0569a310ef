package classification

import (
	"context"
	"errors"
	"sync"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// throttleLimit is how long a ticket may be put off without counting attempts.
	throttleLimit = 15 * time.Minute
	// probePoll is how often those that wait look whether the probe came through.
	probePoll = 50 * time.Millisecond
)

// throttlePauses says how long calls pause after the first 429 in a row, the second, and so on.
var throttlePauses = domain.RetryPolicy{Base: time.Second, Cap: 30 * time.Second}

// throttle pauses a whole worker while the provider answers 429. After the pause one call goes ahead alone,
// the probe; the others follow if it gets through.
type throttle struct {
	clock   ports.Clock
	mu      sync.Mutex
	until   time.Time
	streak  int // pauses in a row without a call that got through
	probing bool
}

// permit is the leave to make one call.
type permit struct {
	probe bool
	at    time.Time
}

// enter waits until a call may be made. leave must follow.
func (t *throttle) enter(ctx context.Context) (permit, error) {
	for {
		p, wait := t.admit(t.clock.Now())
		if wait == 0 {
			if ctx.Err() != nil {
				t.leave(p)
			}
			return p, ctx.Err()
		}
		if err := retry.Pause(ctx, wait); err != nil {
			return permit{}, err
		}
	}
}

// admit gives a permit, or says how long to wait before asking again.
func (t *throttle) admit(now time.Time) (permit, time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.streak == 0:
		return permit{at: now}, 0
	case now.Before(t.until):
		return permit{}, t.until.Sub(now)
	case t.probing:
		return permit{}, probePoll
	}
	t.probing = true
	return permit{probe: true, at: now}, 0
}

// leave gives a permit back, whatever came of its call.
func (t *throttle) leave(p permit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.probe {
		t.probing = false
	}
}

// note takes how a call ended. After a 429 it returns for how long everybody pauses, else 0.
func (t *throttle) note(p permit, err error) time.Duration {
	switch {
	case errors.Is(err, domain.ErrThrottled):
		return t.trip(retryAfter(err))
	case err == nil || domain.KindOf(err) != domain.KindUnavailable:
		t.succeeded(p) // whatever the provider said, it was no "slow down"
	}
	return 0
}

// succeeded notes that the provider took a call: the others may follow, unless the call began before the
// pause.
func (t *throttle) succeeded(p permit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.streak == 0 || !p.at.Before(t.until) {
		t.streak = 0
	}
}

// trip notes a 429 and returns how long everybody pauses. Calls that were under way when the pause began do
// not lengthen it, unless the provider asks for more.
func (t *throttle) trip(asked time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	if t.streak == 0 || !now.Before(t.until) {
		t.streak++
		t.until = now.Add(throttlePauses.Wait(t.streak, nil, retry.Jitter()))
	}
	if end := now.Add(asked); end.After(t.until) {
		t.until = end
	}
	return t.until.Sub(now)
}

// pausing reports whether calls wait for the end of a pause.
func (t *throttle) pausing() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.streak > 0 && t.clock.Now().Before(t.until)
}

// clear reports whether nothing holds calls back.
func (t *throttle) clear() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.streak == 0
}

func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*domain.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}
