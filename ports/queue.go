package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// Announcer tells the workers that tickets wait for a classification.
type Announcer interface {
	// Announce publishes one event per ticket, in order, and stops at the first that fails (KindUnavailable). An event is a hint:
	// losing one or sending it twice does no harm.
	Announce(ctx context.Context, tickets ...domain.Ticket) error
}

// EventQueue is the queue of the announced events.
type EventQueue interface {
	Announcer
	// OldestWaiting is the age of the oldest event that no worker has handled, on the queue's own clock; waiting is false if
	// all are handled. What was announced before it is not in the queue any more.
	OldestWaiting(ctx context.Context) (age time.Duration, waiting bool, err error)
}

// CauseMalformed is the cause of a dead letter that was no event.
const CauseMalformed = "malformed_event"

// DeadLetter is an event that will not be tried again, with its cause.
type DeadLetter struct {
	ID       string          // the store's, in the order of burial; empty before
	TicketID domain.TicketID // 0 for an event that cannot be read
	Cause    string          // an error code: "classifier_key", CauseMalformed
	Attempts int
	At       time.Time
	Event    []byte // as it came, for an event that cannot be read
}

// DeadLetterQueue keeps dead letters.
type DeadLetterQueue interface {
	Add(ctx context.Context, l DeadLetter) error
}

// ErrNoDeadLetter is the error for an id that no dead letter has.
var ErrNoDeadLetter = &domain.Error{Kind: domain.KindNotFound, Code: "dead_letter_not_found", Message: "dead letter not found"}

// DeadLetters is the box of the dead letters.
type DeadLetters interface {
	DeadLetterQueue
	// DeadLetters returns up to limit letters, oldest first, that were buried after the one with the given id; "" starts at the oldest.
	DeadLetters(ctx context.Context, after string, limit int) ([]DeadLetter, error)
	// DeadLetter is ErrNoDeadLetter for an id that none has.
	DeadLetter(ctx context.Context, id string) (DeadLetter, error)
	// Discard removes a letter; one that is gone already is no error.
	Discard(ctx context.Context, id string) error
}
