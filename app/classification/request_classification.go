package classification

import (
	"context"
	"errors"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// RequestClassification asks for a new classification of a ticket: a person's act, which lifts an earlier
// correction.
type RequestClassification struct {
	tickets requestStore
	starter Starter
	clock   ports.Clock
}

type requestStore interface {
	ports.TicketReader
	ports.TicketSaver
	ports.TicketClaimer
}

// NewRequestClassification wires the use case.
func NewRequestClassification(
	tickets requestStore, starter Starter, clock ports.Clock,
) *RequestClassification {
	return &RequestClassification{tickets, starter, clock}
}

// Handle returns the ticket as it is when the starter is done with it. Asked again while a classification is
// under way, it starts nothing. A missing ticket is domain.ErrTicketNotFound.
func (uc *RequestClassification) Handle(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
	t, begun, err := uc.begin(ctx, id)
	if err != nil || !begun {
		return t, err
	}
	lease := uc.starter.Lease()
	if lease.Time > 0 {
		claim, err := uc.tickets.ClaimTicket(ctx, id, lease)
		if errors.Is(err, domain.ErrNotClaimable) {
			return t, nil // somebody else is at work on it already
		}
		if err != nil {
			return domain.Ticket{}, fmt.Errorf("claim ticket %d: %w", id, err)
		}
		t = claim.Ticket
	}
	return uc.starter.Start(ctx, t, lease), nil
}

// begin starts a round unless one is under way, and reports whether it did.
func (uc *RequestClassification) begin(
	ctx context.Context, id domain.TicketID,
) (t domain.Ticket, begun bool, err error) {
	err = retry.OnConflict(ctx, func(ctx context.Context) (err error) {
		if t, err = uc.tickets.Ticket(ctx, id); err != nil {
			return err
		}
		if begun = t.RequestClassification(uc.clock.Now()); !begun {
			return nil
		}
		if err := uc.tickets.SaveTicket(ctx, t); err != nil {
			return fmt.Errorf("save ticket %d: %w", id, err)
		}
		t = t.Saved()
		return nil
	})
	return t, begun && err == nil, err
}
