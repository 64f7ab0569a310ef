package classification

import (
	"context"
	"errors"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// Calls asks a classifier about many texts. A 429 pauses all calls and counts no attempt.
type Calls struct {
	caller
	limits   CallLimits
	throttle throttle
}

// NewCalls returns calls of c within limits.
func NewCalls(c domain.Classifier, limits CallLimits, clock ports.Clock) *Calls {
	return &Calls{caller{c, limits.Policy, clock, ports.NoMeter{}}, limits, throttle{clock: clock}}
}

// All asks about n texts and hands each one's attempts, the last of which ends it, to ended, from several
// goroutines. It is an error if ctx ends, the key is not accepted or the provider says "slow down" for
// throttleLimit: the next call would fare no better. What is cut off then is not handed over.
func (c *Calls) All(
	ctx context.Context, n int, text func(i int) domain.Text, ended func(i int, attempts []domain.Attempt),
) error {
	outer := ctx
	ctx, stop := context.WithCancelCause(outer)
	defer stop(nil)
	each(ctx, c.limits.Slots, n, func(i int) {
		attempts := c.ask(ctx, text(i))
		err := attempts[len(attempts)-1].Err
		if domain.KindOf(err) == domain.KindUnauthenticated || errors.Is(err, domain.ErrThrottled) {
			stop(err)
		}
		if err == nil || ctx.Err() == nil {
			ended(i, attempts)
		}
	})
	if outer.Err() != nil {
		return outer.Err() // its cause may be the name of a signal
	}
	return context.Cause(ctx)
}

// ask makes calls until one brings a verdict or none is worth it any more. It returns at least one attempt.
func (c *Calls) ask(ctx context.Context, text domain.Text) []domain.Attempt {
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	var throttled time.Time // since when
	return c.untilVerdict(ctx, 1, func(ctx context.Context, number int) (attempts []domain.Attempt) {
		for {
			a, paused := c.call(ctx, text, number)
			attempts = append(attempts, a)
			if !errors.Is(a.Err, domain.ErrThrottled) {
				return attempts
			}
			now := c.clock.Now()
			if throttled.IsZero() {
				throttled = now
			}
			if now.Sub(throttled)+paused > throttleLimit {
				giveUp()
				return attempts
			}
		}
	})
}

// call waits for its turn and makes one call. After a 429 it returns for how long nobody makes another.
func (c *Calls) call(ctx context.Context, text domain.Text, number int) (domain.Attempt, time.Duration) {
	p, err := c.throttle.enter(ctx)
	if err != nil {
		return domain.Attempt{Number: number, Err: err, At: c.clock.Now()}, 0
	}
	defer c.throttle.leave(p)
	ctx, cancel := context.WithTimeout(ctx, c.limits.Timeout)
	defer cancel()
	a := c.attempt(ctx, text, number)
	return a, c.throttle.note(p, a.Err)
}
