package ports

import (
	"context"
	"iter"

	"ticketd/domain"
)

// ImportRow is a new ticket as a file has it, or what is wrong with it there.
type ImportRow struct {
	Line        int    // where it begins, from 1
	ID          string // what its source calls it; may be empty
	Title       string
	Description string
	CreatedBy   *domain.UserID
	Bad         error // the other fields mean nothing then, but for Line
}

// ImportRows are a file of new tickets.
type ImportRows interface {
	// Name tells the file from others.
	Name() string
	// ImportRows reads from the start. An error is its last.
	ImportRows(ctx context.Context) iter.Seq2[ImportRow, error]
}

// ImportedTicket is a new ticket with the key that tells it from the others of its source.
type ImportedTicket struct {
	Key    string
	Ticket domain.Ticket
}

// TicketImporter stores the tickets of a source, each once, however often an import is repeated and wherever it was cut off.
type TicketImporter interface {
	// KnownImports returns those of the keys that a ticket of the source was stored with.
	KnownImports(ctx context.Context, source string, keys []string) (map[string]bool, error)
	// AddImported stores the tickets whose keys are new, with the entries for the record that they gained, all or none, and returns them
	// in their order. Nobody claims them. A creator who is gone is domain.ErrCreatorGone and nothing is stored.
	AddImported(ctx context.Context, source string, tickets []ImportedTicket) ([]domain.Ticket, error)
}
