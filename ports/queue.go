package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// Announcer tells the workers that tickets wait for a classification.
type Announcer interface {
	// Announce publishes the ticket's event; a queue that is away is KindUnavailable. An event is a hint: a lost
	// or repeated one does no harm.
	Announce(ctx context.Context, t domain.Ticket) error
}

// EventQueue is the queue of announced events.
type EventQueue interface {
	Announcer
	// Ping returns nil while an event can pass: the queue is there and takes it. It publishes nothing.
	Ping(ctx context.Context) error
	// OldestWaiting returns the age of the oldest unhandled event, on the queue's own clock; waiting is false if
	// all are handled. Earlier events are no longer in the queue.
	OldestWaiting(ctx context.Context) (age time.Duration, waiting bool, err error)
}

// CauseMalformed is the cause of a dead letter whose event could not be decoded.
const CauseMalformed = "malformed_event"

// DeadLetter is an event that will not be retried, with its cause.
type DeadLetter struct {
	ID       string          // given by the queue, ascending; empty before
	TicketID domain.TicketID // 0 if the event cannot be decoded
	Cause    string          // an error code: "classifier_key", CauseMalformed
	Attempts int
	At       time.Time
	Event    []byte // as received, if the event cannot be decoded
}

// Malformed reports whether the letter names no ticket, so that nothing can be classified again.
func (l DeadLetter) Malformed() bool { return l.TicketID == 0 }

// DeadLetterQueue keeps dead letters.
type DeadLetterQueue interface {
	Add(ctx context.Context, l DeadLetter) error
}

// ErrNoDeadLetter: no dead letter has the id.
var ErrNoDeadLetter = &domain.Error{
	Kind: domain.KindNotFound, Code: "dead_letter_not_found", Message: "dead letter not found",
}

// DeadLetters lists and removes the dead letters.
type DeadLetters interface {
	DeadLetterQueue
	// DeadLetters returns up to limit letters, oldest first, that were added after the letter with the given id;
	// "" starts at the oldest.
	DeadLetters(ctx context.Context, after string, limit int) ([]DeadLetter, error)
	// DeadLetter returns the letter with the given id, or ErrNoDeadLetter.
	DeadLetter(ctx context.Context, id string) (DeadLetter, error)
	// Discard removes letters and returns how many of them were there.
	Discard(ctx context.Context, ids ...string) (int, error)
}
