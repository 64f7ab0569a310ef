package ports

import "time"

// Clock tells the time of this process. Leases and due times are on the store's clock instead.
type Clock interface {
	Now() time.Time
}

// ClockFunc makes a function a Clock.
type ClockFunc func() time.Time

// Now calls f.
func (f ClockFunc) Now() time.Time { return f() }
