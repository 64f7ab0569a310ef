package classification

import (
	"context"
	"time"

	"ticketd/domain"
)

// Starter gets the classification of a pending ticket going.
type Starter interface {
	// Lease is how long a new ticket is claimed from the start, because the starter classifies it itself; 0 if
	// others do.
	Lease() time.Duration
	// Start never fails: a ticket that could not be classified or announced now is taken up later. It returns
	// the ticket as it is then, and goes on when ctx is cancelled.
	Start(ctx context.Context, t domain.Ticket) domain.Ticket
}
