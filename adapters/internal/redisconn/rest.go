package redisconn

import (
	"sync/atomic"
	"time"
)

// Rest keeps callers from a Redis that failed: after Failures failures in a row, all but one in each Time. It
// is safe for concurrent use.
type Rest struct {
	Failures int64
	Time     time.Duration

	failed atomic.Int64
	until  atomic.Int64 // nanoseconds since the epoch
}

// Over reports whether the caller may ask. Note must follow if so.
func (r *Rest) Over() bool {
	if r.failed.Load() < r.Failures {
		return true
	}
	now, until := time.Now(), r.until.Load()
	return now.UnixNano() >= until && r.until.CompareAndSwap(until, now.Add(r.Time).UnixNano())
}

// Note takes how a question ended.
func (r *Rest) Note(err error) {
	if err == nil {
		if r.failed.Load() != 0 {
			r.failed.Store(0)
		}
		return
	}
	if r.failed.Add(1) >= r.Failures {
		r.until.Store(time.Now().Add(r.Time).UnixNano())
	}
}

// Failing reports whether the last questions failed.
func (r *Rest) Failing() bool { return r.failed.Load() >= r.Failures }
