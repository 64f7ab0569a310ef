package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// EventPosition is a place in the log of events; the zero value is before the first. Events are in the order
// in which their changes became visible, but for changes that overlapped; those of one ticket are in the
// order in which they were made.
type EventPosition struct {
	Era int64 // of the database: raised when it goes on on another server
	Tx  int64 // of the change within the era
	ID  int64
}

// Less reports whether p comes before q.
func (p EventPosition) Less(q EventPosition) bool {
	if p.Era != q.Era {
		return p.Era < q.Era
	}
	if p.Tx != q.Tx {
		return p.Tx < q.Tx
	}
	return p.ID < q.ID
}

// EventFilter narrows the log: every field that is set must match. The zero value matches every event.
type EventFilter struct {
	Types []domain.EventType
	// Category and Priority are those that the change left.
	Category domain.Category
	Priority domain.Priority
}

// StoredEvent is an event and its place.
type StoredEvent struct {
	domain.Event
	Position EventPosition
}

// EventPage is a part of the log.
type EventPage struct {
	Events []StoredEvent
	// Next is the place after the last event that was looked at.
	Next EventPosition
	// End reports whether there is nothing behind Next yet.
	End bool
}

// EventScan is how many events one call looks at, at most: a filter may match few of them.
const EventScan = 2000

// EventReader reads the log.
type EventReader interface {
	// Events returns up to limit matching events after the place. It passes over no event whose change may still
	// become visible: what a change under way holds up waits for its end.
	Events(ctx context.Context, f EventFilter, after EventPosition, limit int) (EventPage, error)
	// EventsOf returns up to limit events of one ticket after the place, which only its ID counts for. They
	// outlive the ticket; without any, it returns domain.ErrTicketNotFound if there is no such ticket.
	EventsOf(ctx context.Context, id domain.TicketID, after EventPosition, limit int) (EventPage, error)
	// LastEvent returns the place of the last event that Events would return; the zero value without any.
	LastEvent(ctx context.Context) (EventPosition, error)
}

// EventSweeper forgets old events.
type EventSweeper interface {
	// SweepEvents deletes up to limit events that are older than keep on the store's clock, oldest first, and
	// returns their number.
	SweepEvents(ctx context.Context, keep time.Duration, limit int) (int, error)
}

// EventStore combines the ports of events, for implementers.
type EventStore interface {
	EventReader
	EventSweeper
}
