package app

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// GetTicket reads one ticket.
type GetTicket struct{ tickets ports.TicketReader }

// NewGetTicket wires the use case.
func NewGetTicket(tickets ports.TicketReader) *GetTicket { return &GetTicket{tickets} }

// Handle is domain.ErrTicketNotFound for an id that no ticket has.
func (uc *GetTicket) Handle(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
	return uc.tickets.Ticket(ctx, id)
}
