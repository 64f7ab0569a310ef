package classification

import (
	"math"
	"time"

	"ticketd/domain"
)

const (
	// leaseMargin is what a claim outlasts the classification by: time to save, and to be slow.
	leaseMargin = 15 * time.Second
	// claimTime bounds one claim. A stop does not cut it off: it may have reached the row, which would then wait
	// for its lease to end and have lost an attempt.
	claimTime = 5 * time.Second
	// storeTime bounds storing one thing, and the end of a round while somebody waits for it.
	storeTime = 10 * time.Second
	// holdTime is how long a paid answer is held for a store that is away. By then the lease has ended and
	// others may pay again.
	holdTime = 2 * time.Minute
	// deadLetterTime is how long a dead letter is held for a queue that is away.
	deadLetterTime = time.Minute
)

// serverAway is how a server that is away is tried again.
var serverAway = domain.RetryPolicy{
	MaxAttempts: math.MaxInt, Base: 250 * time.Millisecond, Cap: 250 * time.Millisecond,
}

// ClassifyLimits say how long a classification may take, how often it is tried, and which verdicts a person
// should look at.
type ClassifyLimits struct {
	Timeout time.Duration // of the whole classification with all its attempts
	Policy  domain.RetryPolicy
	Review  domain.ReviewPolicy
	Heart   *Heart // whose beats keep the claims
}

// WorkerLimits say how much a worker does at a time, how often and for how long.
type WorkerLimits struct {
	Slots   int           // classifications in hand
	Timeout time.Duration // of one attempt
	Policy  domain.RetryPolicy
	Review  domain.ReviewPolicy
	Heart   *Heart // whose beats keep the claims
	// Forgotten returns how long a ticket may wait for its event now until it is taken up without; nil: for
	// ever.
	Forgotten func() time.Duration
}

// CallLimits say how calls are made where nobody waits for the single answer.
type CallLimits struct {
	Timeout time.Duration // of one call
	Policy  domain.RetryPolicy
	Slots   int // calls in flight at a time, at least 1
}

// Lease returns how long a claim lasts where a classification takes at most timeout.
func Lease(timeout time.Duration) time.Duration { return timeout + leaseMargin }

// RetryAtOnce returns the policy for attempts while somebody waits for the answer: the time limit ends them,
// not the count.
func RetryAtOnce() domain.RetryPolicy {
	return domain.RetryPolicy{MaxAttempts: 5, Base: 200 * time.Millisecond, Cap: 2 * time.Second}
}

// RetryLater returns the policy of a worker: 5 attempts spread over about half a minute.
func RetryLater(attempts int) domain.RetryPolicy {
	return domain.RetryPolicy{MaxAttempts: attempts, Base: 2 * time.Second, Cap: 30 * time.Second}
}
