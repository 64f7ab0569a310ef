package webhook

import "time"

// NewWithin returns a Sender whose requests may take no longer than d.
func NewWithin(o Options, d time.Duration) *Sender {
	s := New(o)
	s.timeout = d
	return s
}
