package openai

import (
	"context"
	"time"
)

// Rejections come at once; a call that takes longer was probably accepted, and its answer may take much
// longer. So other calls wait only so long:
const (
	firstPatience = 250 * time.Millisecond // for the very first call, of a server that may reject nothing
	patience      = time.Second            // after a rejection
)

// scout is the one call that finds out what the server rejects while others wait, so that many calls at
// once do not each learn the same from rejections of their own.
type scout struct {
	done  chan struct{}
	timer *time.Timer
}

// first makes the very first call the scout. Calls that begin while a scout is on its way wait for it.
func (d *dialect) first(ctx context.Context) *scout {
	return d.scouted(ctx, func() bool { return !d.begun }, firstPatience)
}

// rejected makes a call that was rejected the scout, or lets it wait for the one on its way, and then
// leaves out of its next turn what is known by now.
func (d *dialect) rejected(ctx context.Context, now *turn) {
	if !d.extend(now.scout) {
		now.scout = d.scouted(ctx, func() bool { return true }, patience)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for p := range d.dropped {
		if p != now.trying {
			now.without |= p
		}
	}
	now.budget = min(now.budget, d.budget)
}

// scouted waits for the scout on its way. If there is none, it returns a new one if the caller leads, which
// is asked under the lock, else nil.
func (d *dialect) scouted(ctx context.Context, leads func() bool, patience time.Duration) *scout {
	d.mu.Lock()
	current := d.scout
	lead := current == nil && leads()
	d.begun = true
	if lead {
		s := &scout{done: make(chan struct{})}
		s.timer = time.AfterFunc(patience, func() { d.release(s) })
		d.scout = s
		d.mu.Unlock()
		return s
	}
	d.mu.Unlock()
	if current != nil {
		select {
		case <-current.done:
		case <-ctx.Done():
		}
	}
	return nil
}

// extend reports whether s is still the scout, and then gives it more time.
func (d *dialect) extend(s *scout) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s == nil || d.scout != s {
		return false
	}
	s.timer.Reset(patience)
	return true
}

// release lets the calls go on that wait for s; nil is nobody.
func (d *dialect) release(s *scout) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s == nil || d.scout != s {
		return
	}
	d.scout = nil
	s.timer.Stop()
	close(s.done)
}
