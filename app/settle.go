package app

import (
	"context"
	"errors"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

// maxSaves bounds the races of one save. Each lost one means that a person changed the ticket in the same millisecond.
const maxSaves = 20

// saver is what saving the end of a round needs.
type saver interface {
	ports.TicketReader
	ports.TicketSaver
}

// settle lets decide end a round on t and saves. If somebody changed the ticket meanwhile, the paid answer is applied again to the
// ticket as it is now; whether it still counts decides the domain. It returns the ticket as stored.
func settle(ctx context.Context, store saver, t domain.Ticket, decide func(*domain.Ticket)) (domain.Ticket, error) {
	for range maxSaves {
		next := t
		decide(&next)
		err := store.SaveTicket(ctx, next)
		if err == nil {
			return next.Saved(), nil
		}
		if !errors.Is(err, domain.ErrTicketChanged) {
			return domain.Ticket{}, fmt.Errorf("save ticket %d: %w", t.ID(), err)
		}
		if t, err = store.Ticket(ctx, t.ID()); err != nil {
			return domain.Ticket{}, fmt.Errorf("reload ticket: %w", err)
		}
	}
	return domain.Ticket{}, fmt.Errorf("save ticket %d, %d times in a row: %w", t.ID(), maxSaves, domain.ErrTicketChanged)
}
