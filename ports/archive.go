package ports

import (
	"context"
	"fmt"
	"iter"

	"ticketd/domain"
)

// LastIDs are the highest ids that a store has given, also to what is deleted by now: none is given twice.
type LastIDs struct{ Users, Tickets, Classifications int64 }

// Archived is a piece of an archive: one of LastIDs, User and Ticket. An archive is all that belongs to the
// tickets of a store: the last ids, then the users and then the tickets, each by their ids.
type Archived struct {
	LastIDs *LastIDs
	User    *domain.User
	Ticket  *ArchivedTicket

	Line int   // where it stands in a file, from 1
	Bad  error // what is wrong with it there; if set, only Line is valid besides
}

// ArchivedTicket is a ticket with what belongs to it, but for claims and idempotency keys, which are about
// requests under way.
type ArchivedTicket struct {
	Ticket domain.Ticket
	Record []domain.Classification // oldest first
	Keys   []ImportKey
}

// ImportKey is what a ticket was called in the source of an import.
type ImportKey struct{ Source, Key string }

// NotEmptyError is the error of a store that should hold nothing and does.
type NotEmptyError struct{ Users, Tickets int }

func (e *NotEmptyError) Error() string {
	return fmt.Sprintf("the database holds %d tickets and %d users", e.Tickets, e.Users)
}

// Archiver moves all that belongs to tickets from one store to another.
type Archiver interface {
	// Archive reads the archive of the store as it is at one moment. It ends after an error.
	Archive(ctx context.Context) iter.Seq2[Archived, error]
	// RestoreArchive stores all the pieces, with their ids, or nothing if one of them comes with an error, which
	// it returns. Pending tickets are unclaimed, and no id up to the last ones is given to anything new. A store
	// with users or tickets is a *NotEmptyError.
	RestoreArchive(ctx context.Context, pieces iter.Seq2[Archived, error]) error
}
