package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// era is the one that new events belong to.
const era = `(SELECT max(era) FROM event_eras)`

// tellSQL writes the events of changes. The rows of from have an n, the id of a ticket and what
// sqlstore.NewEvents holds.
func tellSQL(from string) string {
	return `
    INSERT INTO events (era, ticket_id, type, ticket, previous)
    SELECT ` + era + `, ticket.id, happened, state, previous
    FROM (SELECT n, id, types, state, previous FROM ` + from + `) AS ticket
        CROSS JOIN LATERAL unnest(types) WITH ORDINALITY AS event (happened)
    ORDER BY n, ordinality`
}

const (
	eventColumns = `era, xid::text::bigint AS tx, events.id, ticket_id, events.created_at, type, ticket,
    previous, webhook`

	// horizon is the oldest transaction that may still write events: one of those under way, but for those of
	// other databases of the server, which are in everybody's snapshot too.
	horizon = `coalesce((
    SELECT under_way FROM pg_snapshot_xip(pg_current_snapshot()) AS under_way WHERE NOT EXISTS (
        SELECT FROM pg_stat_activity WHERE backend_xid = under_way::xid AND datname <> current_database())
    ORDER BY under_way LIMIT 1
), pg_snapshot_xmax(pg_current_snapshot()))`

	// settled is true of events that nothing can come in front of any more.
	settled = `(xid < ` + horizon + ` OR era < ` + era + `)`

	// eventsOfSQL needs not wait for other transactions: each change of a ticket waits for the one before.
	eventsOfSQL = `
SELECT ` + eventColumns + `, true AS matches, title, description
FROM events LEFT JOIN tickets ON tickets.id = ticket_id
WHERE ticket_id = $1 AND events.id > $2
ORDER BY events.id LIMIT $3`

	lastEventSQL = `
SELECT era, xid::text::bigint AS tx, id FROM events WHERE ` + settled + `
ORDER BY era DESC, xid DESC, id DESC LIMIT 1`

	sweepEventsSQL = `
DELETE FROM events WHERE (era, xid, id) IN (
    SELECT era, xid, id FROM (
        SELECT era, xid, id, created_at FROM events ORDER BY era, xid, id LIMIT $2
    ) AS oldest WHERE created_at <= now() - $1::bigint * interval '1 microsecond'
)`

	// beginEraSQL finds out that the transactions of another server wrote the newest event.
	beginEraSQL = `
INSERT INTO event_eras SELECT max(era) + 1 FROM event_eras HAVING (
    SELECT xid >= pg_snapshot_xmax(pg_current_snapshot()) FROM events WHERE era = max(event_eras.era)
    ORDER BY era DESC, xid DESC, id DESC LIMIT 1
)
ON CONFLICT DO NOTHING`
)

// A standby's snapshot does not name the transactions under way, so there the primary has to say what is
// settled.
var (
	eventsSQL        = eventsBeforeSQL(settled)
	replicaEventsSQL = eventsBeforeSQL(`(xid < $8::text::xid8 OR era < $9)`)
)

// eventsBeforeSQL looks at the next $4 of the events that are settled. What the filter leaves out comes
// without its content.
func eventsBeforeSQL(settled string) string {
	return `
SELECT era, tx, id, ticket_id, created_at, type, matches, webhook, title, description,
    CASE WHEN matches THEN ticket ELSE 'null' END AS ticket, CASE WHEN matches THEN previous END AS previous
FROM (
    SELECT ` + eventColumns + `, (cardinality($5::text[]) = 0 OR type = ANY ($5))
        AND ($6 = '' OR coalesce(ticket->>'category', '') = $6)
        AND ($7 = '' OR coalesce(ticket->>'priority', '') = $7) AS matches
    FROM events WHERE (era, xid, id) > ($1, $2::text::xid8, $3) AND ` + settled + `
    ORDER BY era, xid, id LIMIT $4
) AS seen LEFT JOIN LATERAL (
    SELECT title, description FROM tickets WHERE tickets.id = ticket_id AND matches
) AS texts ON true
ORDER BY era, tx, id`
}

// BeginEra looks whether the database was moved to another server since its last event, whose transactions
// are counted anew. Programs call it before they write.
func (s *Store) BeginEra(ctx context.Context) error {
	_, err := exec(ctx, s, beginEraSQL)
	return failed(ctx, err, "look at the era of the events")
}

// Events implements ports.EventReader.
func (s *Store) Events(
	ctx context.Context, f ports.EventFilter, after ports.EventPosition, limit int,
) (ports.EventPage, error) {
	return s.eventsBefore(ctx, nil, f, after, limit)
}

// eventsBefore reads what the primary's position says is settled; nil on the primary itself.
func (s *Store) eventsBefore(
	ctx context.Context, before *position, f ports.EventFilter, after ports.EventPosition, limit int,
) (ports.EventPage, error) {
	types := make(pq.StringArray, len(f.Types))
	for i, t := range f.Types {
		types[i] = t.String()
	}
	scan := sqlstore.EventScan(f, limit)
	query, args := eventsSQL, []any{after.Era, strconv.FormatInt(after.Tx, 10), after.ID,
		scan, types, f.Category.String(), f.Priority.String()}
	if before != nil {
		query, args = replicaEventsSQL, append(args, before.Horizon, before.Era)
	}
	list, err := rows[sqlstore.Scanned](ctx, s, query, args...)
	if err != nil {
		return ports.EventPage{}, failed(ctx, err, "read events")
	}
	return sqlstore.EventPage(list, after, limit, scan)
}

// EventsOf implements ports.EventReader.
func (s *Store) EventsOf(
	ctx context.Context, id domain.TicketID, after ports.EventPosition, limit int,
) (ports.EventPage, error) {
	list, err := rows[sqlstore.Scanned](ctx, s, eventsOfSQL, int64(id), after.ID, limit)
	if err == nil && len(list) == 0 && after.ID == 0 {
		err = s.exists(ctx, id)
	}
	if err != nil {
		return ports.EventPage{}, failed(ctx, err, "read the events of ticket %d", id)
	}
	return sqlstore.EventPage(list, after, limit, limit)
}

// LastEvent implements ports.EventReader.
func (s *Store) LastEvent(ctx context.Context) (ports.EventPosition, error) {
	row, _, err := one[sqlstore.EventRow](ctx, s, lastEventSQL)
	return ports.EventPosition{Era: row.Era, Tx: row.Tx, ID: row.ID}, failed(ctx, err, "find the last event")
}

// SweepEvents implements ports.EventSweeper.
func (s *Store) SweepEvents(ctx context.Context, keep time.Duration, limit int) (int, error) {
	n, err := exec(ctx, s, sweepEventsSQL, keep.Microseconds(), limit)
	return int(n), failed(ctx, err, "sweep events")
}
