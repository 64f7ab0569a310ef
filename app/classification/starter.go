package classification

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// Starter decides how a pending ticket is classified: in this process (ClassifyNow) or by a worker
// (AnnounceTicket).
type Starter interface {
	// Lease returns what a new ticket is claimed with from the start, because the starter classifies it itself;
	// none if others do.
	Lease() ports.Lease
	// Start never fails: a ticket that could not be classified or announced now is taken up later. It returns
	// the ticket as it is then, and goes on when ctx is cancelled.
	Start(ctx context.Context, t domain.Ticket, claimed ports.Lease) domain.Ticket
}
