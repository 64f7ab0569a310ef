package app

import (
	"context"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

const exportPage = 500

// ExportTickets hands out tickets one by one, whatever their number.
type ExportTickets struct{ tickets ports.TicketLister }

// NewExportTickets wires the use case.
func NewExportTickets(tickets ports.TicketLister) *ExportTickets { return &ExportTickets{tickets} }

// Handle calls take with each ticket of the period that matches, newest first, and stops at its first error.
// Tickets that come meanwhile are left out.
func (uc *ExportTickets) Handle(
	ctx context.Context, f ports.TicketFilter, p ports.Period, take func(domain.Ticket) error,
) error {
	page := ports.Page{Limit: exportPage}
	if to := wholeMicrosecond(p.To); !to.IsZero() {
		// It lies behind every ticket of that very moment, whose ids are above 0.
		page.After = &ports.Position{CreatedAt: to}
	}
	for {
		slice, err := uc.tickets.ListTickets(ctx, f, page)
		if err != nil {
			return fmt.Errorf("list tickets: %w", err)
		}
		for _, t := range slice.Items {
			if t.CreatedAt().Before(p.From) {
				return nil
			}
			if err := take(t); err != nil {
				return err
			}
		}
		if page.After = slice.Next; page.After == nil {
			return nil
		}
	}
}
