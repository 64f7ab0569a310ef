package classification

import (
	"context"
	"time"

	"ticketd/domain"
)

// Starter decides how a pending ticket is classified: in this process (ClassifyNow) or by a worker
// (AnnounceTicket).
type Starter interface {
	// Lease returns how long a new ticket is claimed from the start, because the starter classifies it itself;
	// 0 if others do.
	Lease() time.Duration
	// Start never fails: a ticket that could not be classified or announced now is taken up later. It returns
	// the ticket as it is then, and goes on when ctx is cancelled.
	Start(ctx context.Context, t domain.Ticket) domain.Ticket
}
