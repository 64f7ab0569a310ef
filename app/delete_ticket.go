package app

import (
	"context"
	"errors"

	"ticketd/domain"
	"ticketd/ports"
)

// DeleteTicket removes a ticket and all that belongs to it.
type DeleteTicket struct{ tickets ports.TicketDeleter }

// NewDeleteTicket wires the use case.
func NewDeleteTicket(tickets ports.TicketDeleter) *DeleteTicket { return &DeleteTicket{tickets} }

// Handle deletes the ticket at one of the versions that the client names, at any if they are nil; otherwise
// it is ErrVersionStale. A missing ticket is domain.ErrTicketNotFound.
func (uc *DeleteTicket) Handle(ctx context.Context, id domain.TicketID, ifVersion []int64) error {
	err := uc.tickets.DeleteTicket(ctx, id, ifVersion)
	if errors.Is(err, domain.ErrTicketChanged) {
		return ErrVersionStale
	}
	return err
}
