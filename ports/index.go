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
	// IndexOlder looks at up to limit tickets above after, by their ids, and makes those searchable that came without their words: from a
	// version without search, or past this program. It returns the last one that it looked at, and 0 when there are no more.
	IndexOlder(ctx context.Context, after domain.TicketID, limit int) (last domain.TicketID, err error)
}
