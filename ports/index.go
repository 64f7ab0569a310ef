package ports

import (
	"context"

	"ticketd/domain"
)

// TicketIndexer keeps the full-text index complete where storing a ticket does not do so.
type TicketIndexer interface {
	// IndexNew brings the words of up to limit new tickets into the index and returns how many. A search finds them before, too, only
	// slower. Any number of processes may call it at once.
	IndexNew(ctx context.Context, limit int) (int, error)
	// IndexOlder makes tickets searchable that a version without search stored: up to limit of those above after, by their ids. It
	// returns the last one, and 0 when there are no more.
	IndexOlder(ctx context.Context, after domain.TicketID, limit int) (last domain.TicketID, err error)
}
