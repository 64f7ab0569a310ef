package httpapi

import "ticketd/ports"

// What tests outside the package look at.
var (
	EncodeCursor = encodeCursor
	DecodeCursor = decodeCursor
)

// NewOwnCount makes the process's own count and a function that gives how many clients it remembers.
func NewOwnCount(clock ports.Clock) (ports.RequestCounter, func() int, error) {
	own, err := newOwnCount(clock)
	return own, func() int { return own.clients.Len() }, err
}
