package ports

import (
	"context"
	"iter"
	"time"

	"ticketd/domain"
)

// ImportRow is a new ticket as it stands in a file, or what is wrong with it.
type ImportRow struct {
	Line        int    // where the row begins, from 1
	ID          string // the source's id of the ticket; may be empty
	Title       string
	Description string
	CreatedBy   *domain.UserID
	Kept        Kept
	Fitted      []string // what was done to the text so that it breaks no limit
	Bad         error    // if set, only Line is valid besides
}

// Kept is what an old ticket brings along; zero values are missing.
type Kept struct {
	CreatedAt time.Time
	Status    domain.Status
	Category  domain.Category
	Priority  domain.Priority
}

// ImportRows is a file of new tickets.
type ImportRows interface {
	// Digest identifies the file's content, whatever the file's name.
	Digest(ctx context.Context) (string, error)
	// ImportRows reads from the start. It ends after an error.
	ImportRows(ctx context.Context) iter.Seq2[ImportRow, error]
}

// ImportedTicket is a new ticket with the key that identifies it within its source.
type ImportedTicket struct {
	Key    string
	Twin   string // names its text in AnySource, where the first ticket to have the name keeps it; may be empty
	Ticket domain.Ticket
}

// AnySource is the source in which tickets are named by their texts, whatever source they are from.
const AnySource = ""

// KnownImport is a ticket that an import stored, with the text that the source had then.
type KnownImport struct {
	ID                 domain.TicketID
	Title, Description string
}

// TicketImporter stores the tickets of a source, each once, however often an import is repeated and wherever
// it was cut off.
type TicketImporter interface {
	// KnownImports returns the source's tickets that were stored with one of the keys, by key.
	KnownImports(ctx context.Context, source string, keys []string) (map[string]KnownImport, error)
	// AddImported stores the tickets whose keys are new, with their new entries for the record, all or none, and
	// returns them in order. They are unclaimed. If a creator is gone, it returns domain.ErrCreatorGone and
	// stores nothing.
	AddImported(ctx context.Context, source string, tickets []ImportedTicket) ([]domain.Ticket, error)
}
