package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// TicketDeleter removes tickets for good, each in one transaction with all that belongs to it: the record,
// the words of the search, the idempotency key, the key of an import. A classification under way ends with
// domain.ErrTicketNotFound.
type TicketDeleter interface {
	// DeleteTicket removes the ticket if its version is one of these; nil allows any. Otherwise it returns
	// domain.ErrTicketChanged, and domain.ErrTicketNotFound if there is no such ticket.
	DeleteTicket(ctx context.Context, id domain.TicketID, versions []int64) error
}

// ClosedTicket is a ticket that a purge would remove.
type ClosedTicket struct {
	ID domain.TicketID
	// Guessed: a program that did not note the time closed it, so its last known change counts instead.
	Guessed bool
}

// TicketPurger removes tickets that were closed long ago, in steps, so that others get their turns.
type TicketPurger interface {
	// ClosedBefore looks at up to limit closed tickets in the order of their creation, from the place after on,
	// and returns those of them that were closed before the given time. next is where the next step begins, nil
	// at the end.
	ClosedBefore(ctx context.Context, before time.Time, after Position, limit int) (
		found []ClosedTicket, next *Position, err error)
	// DeleteClosed removes those of the tickets that are still closed since before the given time, and returns
	// their number. It waits for nobody: it passes over a ticket that somebody is changing.
	DeleteClosed(ctx context.Context, ids []domain.TicketID, before time.Time) (int, error)
}
