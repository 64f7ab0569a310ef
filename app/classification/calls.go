package classification

import (
	"context"
	"errors"
	"sync"
	"time"

	"ticketd/app/retry"
	"ticketd/domain"
	"ticketd/ports"
)

// CallLimits say how calls are made where nobody waits for the single answer.
type CallLimits struct {
	Timeout time.Duration // of one call
	Policy  domain.RetryPolicy
	Slots   int // calls in flight at a time, at least 1
}

// Calls asks a classifier about many texts. A 429 pauses all calls and counts no attempt.
type Calls struct {
	classifier domain.Classifier
	limits     CallLimits
	clock      ports.Clock
	throttle   throttle
}

// NewCalls wires it.
func NewCalls(c domain.Classifier, limits CallLimits, clock ports.Clock) *Calls {
	return &Calls{classifier: c, limits: limits, clock: clock}
}

// All asks about n texts and hands each one's attempts, the last of which ends it, to ended, from several goroutines. It is an error if
// ctx ends, the key is not accepted or the provider says "slow down" for throttleLimit: the next call would fare no better. What is cut
// off then is not handed over.
func (c *Calls) All(ctx context.Context, n int, text func(i int) domain.Text, ended func(i int, attempts []domain.Attempt)) error {
	outer := ctx
	ctx, stop := context.WithCancelCause(outer)
	defer stop(nil)
	next := make(chan int)
	var slots sync.WaitGroup
	for range min(c.limits.Slots, n) {
		slots.Go(func() {
			for i := range next {
				attempts := c.ask(ctx, text(i))
				err := attempts[len(attempts)-1].Err
				if domain.KindOf(err) == domain.KindUnauthenticated || errors.Is(err, domain.ErrThrottled) {
					stop(err)
				}
				if err == nil || ctx.Err() == nil {
					ended(i, attempts)
				}
			}
		})
	}
	feed(ctx, next, n)
	slots.Wait()
	if outer.Err() != nil {
		return outer.Err() // its cause may be the name of a signal
	}
	return context.Cause(ctx)
}

// feed sends 0 to n-1 and closes the channel, early if ctx ends.
func feed(ctx context.Context, next chan<- int, n int) {
	defer close(next)
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			return
		}
	}
}

// ask makes calls until one brings a verdict or none is worth it any more. It returns at least one attempt.
func (c *Calls) ask(ctx context.Context, text domain.Text) []domain.Attempt {
	var attempts []domain.Attempt
	var throttled time.Time // since when
	lastCode := ""
	for number := 1; ; {
		a, paused := c.call(ctx, text, number)
		attempts = append(attempts, a)
		switch {
		case a.Err == nil:
			return attempts
		case errors.Is(a.Err, domain.ErrThrottled):
			if throttled.IsZero() {
				throttled = time.Now()
			}
			if time.Since(throttled)+paused > throttleLimit {
				return attempts
			}
			continue
		case !c.limits.Policy.Again(number, a.Err, lastCode) || retry.Pause(ctx, c.limits.Policy.Wait(number, a.Err, retry.Jitter())) != nil:
			return attempts
		}
		lastCode = domain.CodeOf(a.Err)
		number++
	}
}

// call waits for its turn and makes one call. After a 429 it says for how long nobody makes another.
func (c *Calls) call(ctx context.Context, text domain.Text, number int) (a domain.Attempt, paused time.Duration) {
	p, err := c.throttle.enter(ctx)
	if err != nil {
		return domain.Attempt{Number: number, Err: err, At: c.clock.Now()}, 0
	}
	defer c.throttle.leave(p)
	ctx, cancel := context.WithTimeout(ctx, c.limits.Timeout)
	defer cancel()
	a = attempt(ctx, c.classifier, c.clock, ports.NoMeter{}, text, number)
	switch {
	case errors.Is(a.Err, domain.ErrThrottled):
		paused = c.throttle.refused(retryAfter(a.Err))
	case a.Err == nil || domain.KindOf(a.Err) != domain.KindUnavailable:
		c.throttle.through(p)
	}
	return a, paused
}
