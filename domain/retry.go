package domain

import (
	"errors"
	"time"
)

// Hopeless reports whether another attempt after err is useless: the request or the key is refused.
func Hopeless(err error) bool {
	k := KindOf(err)
	return k == KindInvalid || k == KindUnauthenticated
}

// RetryPolicy decides how often and how soon a failed attempt is repeated.
type RetryPolicy struct {
	MaxAttempts int           // calls per round, at least 1
	Base        time.Duration // the wait after the first failure, doubled with each further one
	Cap         time.Duration // the longest wait, unless the provider asks for a longer one
}

// Again reports whether another attempt is worthwhile after attempt n (from 1) failed with err. lastCode is
// the code of the failure before that, if any: bad output is retried only once.
func (p RetryPolicy) Again(n int, err error, lastCode string) bool {
	if n >= p.MaxAttempts || Hopeless(err) {
		return false
	}
	return !BadOutput(CodeOf(err)) || !BadOutput(lastCode)
}

// Wait returns how long to wait after attempt n (from 1) failed with err: exponential backoff whose second
// half is scaled by jitter, 0 to 1 ("equal jitter"; Brooker, Exponential Backoff And Jitter, 2015), or what
// the provider asked for if that is longer.
func (p RetryPolicy) Wait(n int, err error, jitter float64) time.Duration {
	d := p.Base
	for range n - 1 {
		if d *= 2; d >= p.Cap {
			break
		}
	}
	d = min(d, p.Cap)
	d = d/2 + time.Duration(jitter*float64(d/2))
	if e, ok := errors.AsType[*Error](err); ok {
		d = max(d, e.RetryAfter)
	}
	return d
}
