package ports

import "time"

// Clock tells this process's time. Leases and due times are on the store's clock instead.
type Clock interface {
	Now() time.Time
}

// ClockFunc adapts a function to Clock.
type ClockFunc func() time.Time

// Now calls f.
func (f ClockFunc) Now() time.Time { return f() }
