package sqlite

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	addEventSQL = `
INSERT INTO events (ticket_id, created_at, type, ticket, previous) VALUES (?1, ?2, ?3, ?4, ?5)`

	eventColumns = `0 AS era, 0 AS tx, events.id, ticket_id, events.created_at, type, ticket, previous,
    webhook`

	// eventsSQL looks at the next ?2 events.
	eventsSQL = `
SELECT seen.*, title, description FROM (
    SELECT ` + eventColumns + `, (?3 = '[]' OR type IN (SELECT value FROM json_each(?3)))
        AND (?4 = '' OR coalesce(ticket->>'category', '') = ?4)
        AND (?5 = '' OR coalesce(ticket->>'priority', '') = ?5) AS matches
    FROM events WHERE events.id > ?1 ORDER BY events.id LIMIT ?2
) AS seen LEFT JOIN tickets ON tickets.id = ticket_id AND matches
ORDER BY seen.id`

	eventsOfSQL = `
SELECT ` + eventColumns + `, true AS matches, title, description
FROM events LEFT JOIN tickets ON tickets.id = ticket_id
WHERE ticket_id = ?1 AND events.id > ?2
ORDER BY events.id LIMIT ?3`

	lastEventSQL = `SELECT coalesce(max(id), 0) FROM events`

	sweepEventsSQL = `
DELETE FROM events WHERE id IN (
    SELECT id FROM (SELECT id, created_at FROM events ORDER BY id LIMIT ?2) WHERE created_at <= ?1
)`
)

// tell writes the events of a ticket.
func (s *Store) tell(ctx context.Context, tx *sqlx.Tx, id int64, t domain.Ticket) error {
	if !s.events {
		return nil
	}
	return addEvents(ctx, tx, id, sqlstore.NewEventRows(t))
}

func addEvents(ctx context.Context, tx *sqlx.Tx, id int64, e sqlstore.NewEvents) error {
	if len(e.Types) == 0 {
		return nil
	}
	state, err := json.Marshal(e.State)
	if err != nil {
		return err
	}
	var previous *string
	if e.Previous != nil {
		list, err := json.Marshal(e.Previous)
		if err != nil {
			return err
		}
		previous = new(string(list))
	}
	for _, kind := range e.Types {
		_, err := tx.ExecContext(ctx, addEventSQL, id, now().UnixMicro(), kind, string(state), previous)
		if err != nil {
			return err
		}
	}
	return nil
}

// BeginEra does nothing: the ids of a file go on wherever the file goes.
func (s *Store) BeginEra(context.Context) error { return nil }

// Events implements ports.EventReader.
func (s *Store) Events(
	ctx context.Context, f ports.EventFilter, after ports.EventPosition, limit int,
) (ports.EventPage, error) {
	types := make([]string, len(f.Types))
	for i, t := range f.Types {
		types[i] = t.String()
	}
	list, err := json.Marshal(types)
	if err != nil {
		return ports.EventPage{}, failed(ctx, err, "read events")
	}
	scan := sqlstore.EventScan(f, limit)
	rows, err := sqlstore.Rows[sqlstore.Scanned](ctx, s.read, eventsSQL, after.ID, scan, string(list),
		f.Category.String(), f.Priority.String())
	if err != nil {
		return ports.EventPage{}, failed(ctx, err, "read events")
	}
	return sqlstore.EventPage(rows, after, limit, scan)
}

// EventsOf implements ports.EventReader.
func (s *Store) EventsOf(
	ctx context.Context, id domain.TicketID, after ports.EventPosition, limit int,
) (ports.EventPage, error) {
	rows, err := sqlstore.Rows[sqlstore.Scanned](ctx, s.read, eventsOfSQL, int64(id), after.ID, limit)
	if err == nil && len(rows) == 0 && after.ID == 0 {
		err = s.exists(ctx, id)
	}
	if err != nil {
		return ports.EventPage{}, failed(ctx, err, "read the events of ticket %d", id)
	}
	return sqlstore.EventPage(rows, after, limit, limit)
}

// LastEvent implements ports.EventReader.
func (s *Store) LastEvent(ctx context.Context) (ports.EventPosition, error) {
	id, _, err := sqlstore.One[int64](ctx, s.read, lastEventSQL)
	return ports.EventPosition{ID: id}, failed(ctx, err, "find the last event")
}

// SweepEvents implements ports.EventSweeper.
func (s *Store) SweepEvents(ctx context.Context, keep time.Duration, limit int) (int, error) {
	n, err := sqlstore.Exec(ctx, s.write, sweepEventsSQL, now().Add(-keep).UnixMicro(), limit)
	return int(n), failed(ctx, err, "sweep events")
}
