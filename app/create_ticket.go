package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// maxCreatorTries bounds the race between storing a ticket and deleting its creator: each further try needs one more user to
// vanish in the same milliseconds.
const maxCreatorTries = 3

// NewTicket is what a request for a new ticket says.
type NewTicket struct {
	Title, Description string
	CreatedBy          *domain.UserID
}

// Starter gets the classification of a pending ticket going.
type Starter interface {
	// Lease is how long a new ticket is claimed from the start, because the starter classifies it itself; 0 if others do.
	Lease() time.Duration
	// Start never fails: a ticket that could not be classified or announced now is taken up later. It returns the ticket as it is
	// then, and goes on when ctx is cancelled.
	Start(ctx context.Context, t domain.Ticket) domain.Ticket
}

// CreateTicket stores a ticket and starts its classification.
type CreateTicket struct {
	tickets  ports.TicketAdder
	creators ports.CreatorFinder
	starter  Starter
	clock    ports.Clock
}

// NewCreateTicket wires the use case.
func NewCreateTicket(tickets ports.TicketAdder, creators ports.CreatorFinder, starter Starter, clock ports.Clock) *CreateTicket {
	return &CreateTicket{tickets, creators, starter, clock}
}

// Handle returns the stored ticket. Broken fields are KindInvalid, all at once. Once the ticket is stored nothing makes Handle
// fail, since the ticket cannot be lost any more.
func (uc *CreateTicket) Handle(ctx context.Context, n NewTicket) (domain.Ticket, error) {
	t, err := uc.store(ctx, n)
	if err != nil {
		return domain.Ticket{}, err
	}
	return uc.starter.Start(ctx, t), nil
}

// store repeats the admin-creator rule if the creator was deleted between looking him up and storing the ticket.
func (uc *CreateTicket) store(ctx context.Context, n NewTicket) (domain.Ticket, error) {
	for try := 1; ; try++ {
		known, err := uc.creators.FindCreators(ctx, n.CreatedBy)
		if err != nil {
			return domain.Ticket{}, fmt.Errorf("find creators: %w", err)
		}
		t, err := domain.NewTicket(n.Title, n.Description, n.CreatedBy, known, uc.clock.Now())
		if err != nil {
			return domain.Ticket{}, err
		}
		stored, err := uc.tickets.AddTicket(ctx, t, uc.starter.Lease())
		if errors.Is(err, domain.ErrCreatorGone) && try < maxCreatorTries {
			continue
		}
		if err != nil {
			return domain.Ticket{}, fmt.Errorf("add ticket: %w", err)
		}
		return stored, nil
	}
}
