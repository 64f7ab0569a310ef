package classification

import (
	"context"
	"sync"
	"time"

	"ticketd/app/retry"
)

const (
	throttleBase = time.Second      // the pause after the first 429
	throttleCap  = 30 * time.Second // the longest, but for what the provider asks
	throttlePoll = 50 * time.Millisecond
	// throttleLimit is how long a ticket may be put off without counting attempts.
	throttleLimit = 15 * time.Minute
)

// throttle pauses a whole worker while the provider answers 429. After the pause one call goes ahead alone; the others follow if
// it gets through.
type throttle struct {
	mu     sync.Mutex
	until  time.Time
	streak int // pauses in a row without a call that got through
	ahead  bool
}

// pass is the leave to make one call.
type pass struct {
	ahead bool // the one call that is made before the others may follow
	at    time.Time
}

// enter waits until a call may be made. leave must follow.
func (t *throttle) enter(ctx context.Context) (pass, error) {
	for {
		p, wait := t.admit(time.Now())
		if wait == 0 {
			if ctx.Err() != nil {
				t.leave(p)
			}
			return p, ctx.Err()
		}
		if err := retry.Pause(ctx, wait); err != nil {
			return pass{}, err
		}
	}
}

// admit gives a pass, or says how long to wait before asking again.
func (t *throttle) admit(now time.Time) (pass, time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.streak == 0:
		return pass{at: now}, 0
	case now.Before(t.until):
		return pass{}, t.until.Sub(now)
	case t.ahead:
		return pass{}, throttlePoll
	}
	t.ahead = true
	return pass{ahead: true, at: now}, 0
}

// through notes that the provider took a call: the others may follow, unless the call began before the pause.
func (t *throttle) through(p pass) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.streak > 0 && p.at.Before(t.until) {
		return
	}
	t.streak = 0
}

// leave gives a pass back, whatever came of its call.
func (t *throttle) leave(p pass) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.ahead {
		t.ahead = false
	}
}

// refused notes a 429 and returns how long everybody pauses. Calls that were under way when the pause began do not lengthen
// it, unless the provider asks for more.
func (t *throttle) refused(asked time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.streak == 0 || !now.Before(t.until) {
		wait := throttleCap
		if t.streak < 5 {
			wait = min(throttleCap, throttleBase<<t.streak)
		}
		t.until = now.Add(wait/2 + time.Duration(retry.Jitter()*float64(wait/2)))
		t.streak++
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
	return t.streak > 0 && time.Now().Before(t.until)
}

// open reports whether nothing holds calls back.
func (t *throttle) open() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.streak == 0
}
