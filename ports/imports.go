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
	// Digest tells the file's content from any other, whatever the file is called.
	Digest(ctx context.Context) (string, error)
	// ImportRows reads from the start. An error is its last.
	ImportRows(ctx context.Context) iter.Seq2[ImportRow, error]
}

// ImportedTicket is a new ticket with the key that tells it from the others of its source.
type ImportedTicket struct {
	Key    string
	Ticket domain.Ticket
}

// KnownImport is a ticket that an import stored, as its source wrote it then.
type KnownImport struct {
	ID                 domain.TicketID
	Title, Description string
}

// TicketImporter stores the tickets of a source, each once, however often an import is repeated and wherever it was cut off.
type TicketImporter interface {
	// KnownImports returns the tickets of the source that were stored with one of the keys, by key.
	KnownImports(ctx context.Context, source string, keys []string) (map[string]KnownImport, error)
	// AddImported stores the tickets whose keys are new, with the entries for the record that they gained, all or none, and returns them
	// in their order. Nobody claims them. A creator who is gone is domain.ErrCreatorGone and nothing is stored.
	AddImported(ctx context.Context, source string, tickets []ImportedTicket) ([]domain.Ticket, error)
}
