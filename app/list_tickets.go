package app

import (
	"context"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

// MaxCount is up to where tickets are counted: counting more costs time for a figure that nobody reads.
const MaxCount = 10_000

// ListTickets lists tickets, newest first.
type ListTickets struct{ tickets ports.TicketLister }

// NewListTickets wires the use case.
func NewListTickets(tickets ports.TicketLister) *ListTickets { return &ListTickets{tickets} }

// TicketList is a page of tickets. Total is nil unless it was asked for; where TotalIsExact is false it is a
// lower bound.
type TicketList struct {
	ports.Slice[domain.Ticket]
	Total        *int
	TotalIsExact bool
}

// Handle returns a page and, if asked for, how many tickets match, up to MaxCount.
func (uc *ListTickets) Handle(
	ctx context.Context, f ports.TicketFilter, p ports.Page, count bool,
) (TicketList, error) {
	page, err := uc.tickets.ListTickets(ctx, f, p)
	if err != nil {
		return TicketList{}, fmt.Errorf("list tickets: %w", err)
	}
	list := TicketList{Slice: page}
	if !count {
		return list, nil
	}
	n, exact, err := uc.tickets.CountTickets(ctx, f, MaxCount)
	if err != nil {
		return TicketList{}, fmt.Errorf("count tickets: %w", err)
	}
	list.Total, list.TotalIsExact = &n, exact
	return list, nil
}
