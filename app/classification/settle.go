package classification

import (
	"context"
	"fmt"

	"ticketd/app/retry"
	"ticketd/domain"
	"ticketd/ports"
)

// saver is what saving the end of a round needs.
type saver interface {
	ports.TicketReader
	ports.TicketSaver
}

// settle lets decide end a round on t and saves. If somebody changed the ticket meanwhile, the paid answer is applied again to the
// ticket as it is now; whether it still counts decides the domain. It returns the ticket as stored.
func settle(ctx context.Context, store saver, t domain.Ticket, decide func(*domain.Ticket)) (settled domain.Ticket, err error) {
	err = retry.OnConflict(ctx, func(again bool) error {
		if again {
			if t, err = store.Ticket(ctx, t.ID()); err != nil {
				return fmt.Errorf("reload ticket: %w", err)
			}
		}
		next := t
		decide(&next)
		if err := store.SaveTicket(ctx, next); err != nil {
			return fmt.Errorf("save ticket %d: %w", t.ID(), err)
		}
		settled = next.Saved()
		return nil
	})
	return settled, err
}
