package ports

import (
	"context"

	"ticketd/domain"
)

// TicketIndexer completes the full-text index where storing a ticket does not index it.
type TicketIndexer interface {
	// IndexNew adds the words of up to limit new tickets to the index and returns the number of tickets. A
	// search finds these tickets before, too, only more slowly. Any number of processes may call IndexNew at
	// once.
	IndexNew(ctx context.Context, limit int) (int, error)
	// IndexOlder looks at up to limit tickets with ids above after and indexes those that were stored without
	// their words: by a version without search, or not by this program. It returns the last id that it looked
	// at, and 0 at the end.
	IndexOlder(ctx context.Context, after domain.TicketID, limit int) (last domain.TicketID, err error)
}
