package domain

import "time"

const (
	// AnswerTime is how long a receiver has for its whole answer, from the look-up of its name.
	AnswerTime = 15 * time.Second
	// MaxRetryAfter is the longest wait that a receiver may ask for.
	MaxRetryAfter = 24 * time.Hour
	// DisableAfter is how long a webhook may fail, with no success between, before it is switched off.
	DisableAfter = 5 * 24 * time.Hour

	statusGone = 410 // the receiver wants nothing more
)

// repeats are the waits after the first failed try, the second, …; a delivery is given up after the last one,
// three days after its first try.
var repeats = [...]time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
	14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// MaxDeliveryAttempts is how often a delivery is tried.
const MaxDeliveryAttempts = len(repeats) + 1

// DeliveryTry is how one try of a delivery went.
type DeliveryTry struct {
	Attempt    int           // of the delivery, from 1
	Delivered  bool          // the receiver took it
	Status     int           // of the answer, 0 without one
	RetryAfter time.Duration // as the receiver asked, 0 if it did not
	FailingFor time.Duration // how long the webhook had been failing at the try
}

// DeliveryFate is what becomes of a delivery, and of its webhook, after a try.
type DeliveryFate struct {
	State   DeliveryState
	Wait    time.Duration // until the next try, if the delivery is still pending
	Disable DisableReason // zero if the webhook goes on
}

// Fate returns what follows from the try. A wait is as long as the schedule has it, up to a fifth longer by
// jitter (0 <= jitter < 1), so that the deliveries of an outage do not come back all at once, and longer if
// the receiver asks for it.
func (t DeliveryTry) Fate(jitter float64) DeliveryFate {
	var f DeliveryFate
	switch {
	case t.Delivered:
		return DeliveryFate{State: DeliveryDelivered}
	case t.Status == statusGone:
		return DeliveryFate{State: DeliveryFailed, Disable: DisabledGone}
	case t.Attempt >= MaxDeliveryAttempts:
		f.State = DeliveryFailed
	default:
		step := repeats[max(t.Attempt, 1)-1]
		step += time.Duration(jitter * float64(step) / 5)
		f.State, f.Wait = DeliveryPending, max(step, min(t.RetryAfter, MaxRetryAfter))
	}
	if t.FailingFor >= DisableAfter {
		f.Disable = DisabledFailing
	}
	return f
}
