package classification

import (
	"context"
	"errors"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

// RequestClassification asks for a new classification of a ticket: a person's act, which lifts an earlier correction.
type RequestClassification struct {
	tickets interface {
		saver
		ports.TicketClaimer
	}
	starter Starter
}

// NewRequestClassification wires the use case.
func NewRequestClassification(tickets interface {
	ports.TicketReader
	ports.TicketSaver
	ports.TicketClaimer
}, starter Starter) *RequestClassification {
	return &RequestClassification{tickets, starter}
}

// Handle returns the ticket as it is when the starter is done with it. Asked again while a classification is under way, it starts
// nothing. A missing ticket is domain.ErrTicketNotFound.
func (uc *RequestClassification) Handle(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
	t, err := uc.tickets.Ticket(ctx, id)
	if err != nil || t.AIStatus() == domain.AIStatusPending {
		return t, err
	}
	begun := false
	t, err = settle(ctx, uc.tickets, t, func(now *domain.Ticket) { begun = now.RequestClassification() })
	if err != nil || !begun {
		return t, err
	}
	if uc.starter.Lease() > 0 {
		claim, err := uc.tickets.ClaimTicket(ctx, id, uc.starter.Lease())
		if errors.Is(err, domain.ErrNotClaimable) {
			return t, nil // somebody else is at work on it already
		}
		if err != nil {
			return domain.Ticket{}, fmt.Errorf("claim ticket %d: %w", id, err)
		}
		t = claim.Ticket
	}
	return uc.starter.Start(ctx, t), nil
}
