package postgres

import (
	"context"
	"strconv"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const listDeliveriesSQL = `SELECT ` + sqlstore.DeliveryColumns + ` FROM deliveries`

// ListDeliveries implements ports.DeliveryRecord.
func (s *Store) ListDeliveries(
	ctx context.Context, id domain.WebhookID, state domain.DeliveryState, p ports.Page,
) (ports.Slice[domain.Delivery], error) {
	query, args := page(listDeliveriesSQL, sqlstore.DeliveriesOf(id, state, placeholder), p)
	list, err := rows[sqlstore.DeliveryRow](ctx, s, query, args...)
	if err == nil && len(list) == 0 {
		err = s.webhookExists(ctx, id)
	}
	if err != nil {
		return ports.Slice[domain.Delivery]{}, failed(ctx, err, "list the deliveries of webhook %d", id)
	}
	return sqlstore.DeliverySlice(list, p.Limit)
}

// replayingSQL makes deliveries of the events that seen gives pending, up to $2. It returns how many, and the
// place of the last event that counted.
func replayingSQL(seen string) string {
	return `
WITH seen AS MATERIALIZED (
    SELECT e.*, ` + wanted + ` AS wanted FROM webhooks AS w CROSS JOIN LATERAL (` + seen + `) AS e WHERE w.id = $1
), chosen AS MATERIALIZED (
    SELECT * FROM seen WHERE wanted ORDER BY era, xid, id LIMIT $2
), again AS (
    INSERT INTO deliveries AS d (webhook_id, event_id, ticket_id, type)
    SELECT $1, id, ticket_id, type FROM chosen ORDER BY era, xid, id
    ON CONFLICT (webhook_id, event_id) DO UPDATE SET state = 'pending', attempts = 0, status = 0, error = '',
        latency_us = 0, next_at = now(), created_at = now(), updated_at = now()
    WHERE d.state <> 'pending'
    RETURNING webhook_id, ticket_id
), queued AS (` + queueSQL(`again`) + `), looked AS (
    SELECT * FROM chosen WHERE (SELECT count(*) FROM chosen) >= $2
    UNION ALL SELECT * FROM seen WHERE (SELECT count(*) FROM chosen) < $2
), last AS (
    SELECT era, xid, id FROM looked ORDER BY era DESC, xid DESC, id DESC LIMIT 1
)
SELECT (SELECT count(*) FROM again) AS replayed, (SELECT count(*) FROM chosen) AS chosen,
    (SELECT count(*) FROM seen) AS seen, coalesce(era, 0) AS era, coalesce(xid::text::bigint, 0) AS tx,
    coalesce(id, 0) AS id
FROM (SELECT 1) AS one LEFT JOIN last ON true`
}

var (
	replayAfterSQL = replayingSQL(`
        SELECT era, xid, id, ticket_id, type, ticket, webhook FROM events
        WHERE (era, xid, id) > ($4, $5::text::xid8, $6) AND ` + settled + ` ORDER BY era, xid, id LIMIT $3`)

	replayEventsSQL = replayingSQL(`
        SELECT era, xid, id, ticket_id, type, ticket, webhook FROM events WHERE id = ANY ($4) LIMIT $3`)

	replayFailedSQL = replayingSQL(`
        SELECT era, xid, events.id, events.ticket_id, events.type, ticket, webhook
        FROM deliveries AS d JOIN events ON events.id = event_id
        WHERE d.webhook_id = w.id AND state = 'failed' AND state <> 'delivered' ORDER BY d.created_at, d.id LIMIT $3`)
)

// ReplayDeliveries implements ports.DeliveryRecord.
func (s *Store) ReplayDeliveries(
	ctx context.Context, id domain.WebhookID, what ports.Replay, limit int,
) (ports.Replayed, error) {
	scan := limit * sqlstore.ReplayScan
	query, args := replayFailedSQL, []any{int64(id), limit, scan}
	switch {
	case what.After != nil:
		query = replayAfterSQL
		args = append(args, what.After.Era, strconv.FormatInt(what.After.Tx, 10), what.After.ID)
	case !what.Failed:
		query, args = replayEventsSQL, append(args, pq.Int64Array(what.Events))
	}
	row, _, err := one[sqlstore.ReplayedRow](ctx, s, query, args...)
	if err == nil && row.Seen == 0 {
		err = s.webhookExists(ctx, id)
	}
	return row.Replayed(limit, scan), failed(ctx, err, "replay deliveries of webhook %d", id)
}
