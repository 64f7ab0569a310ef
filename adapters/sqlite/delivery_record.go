package sqlite

import (
	"context"
	"encoding/json"

	"github.com/jmoiron/sqlx"

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
	rows, err := sqlstore.Rows[sqlstore.DeliveryRow](ctx, s.read, query, args...)
	if err == nil && len(rows) == 0 {
		err = s.webhookExists(ctx, id)
	}
	if err != nil {
		return ports.Slice[domain.Delivery]{}, failed(ctx, err, "list the deliveries of webhook %d", id)
	}
	return sqlstore.DeliverySlice(rows, p.Limit)
}

const (
	// The events that a replay looks at, up to ?2.
	afterSQL = `
SELECT e.id, coalesce(` + wanted + `, false) AS wanted FROM webhooks AS w CROSS JOIN events AS e
WHERE w.id = ?1 AND e.id > ?3 ORDER BY e.id LIMIT ?2`

	namedSQL = `
SELECT e.id, coalesce(` + wanted + `, false) AS wanted FROM webhooks AS w CROSS JOIN events AS e
WHERE w.id = ?1 AND e.id IN (SELECT value FROM json_each(?3)) ORDER BY e.id LIMIT ?2`

	givenUpSQL = `
SELECT e.id, coalesce(` + wanted + `, false) AS wanted FROM webhooks AS w JOIN deliveries AS d ON d.webhook_id = w.id
    JOIN events AS e ON e.id = d.event_id
WHERE w.id = ?1 AND d.state = 'failed' AND d.state <> 'delivered' ORDER BY d.created_at, d.id LIMIT ?2`

	replaySQL = `
INSERT INTO deliveries (webhook_id, event_id, ticket_id, type, next_at, created_at, updated_at)
SELECT ?1, id, ticket_id, type, ?3, ?3, ?3 FROM events WHERE id IN (SELECT value FROM json_each(?2))
ORDER BY id
ON CONFLICT (webhook_id, event_id) DO UPDATE SET state = 'pending', attempts = 0, status = 0, error = '',
    latency_us = 0, next_at = excluded.next_at, created_at = excluded.created_at, updated_at = excluded.updated_at
WHERE deliveries.state <> 'pending'
RETURNING ticket_id`
)

// ReplayDeliveries implements ports.DeliveryRecord.
func (s *Store) ReplayDeliveries(
	ctx context.Context, id domain.WebhookID, what ports.Replay, limit int,
) (ports.Replayed, error) {
	scan := limit * sqlstore.ReplayScan
	query, args := givenUpSQL, []any{int64(id), scan}
	switch {
	case what.After != nil:
		query, args = afterSQL, append(args, what.After.ID)
	case !what.Failed:
		list, err := json.Marshal(what.Events)
		if err != nil {
			return ports.Replayed{}, err
		}
		query, args = namedSQL, append(args, string(list))
	}
	var row sqlstore.ReplayedRow
	err := s.change(ctx, func(tx *sqlx.Tx) (err error) {
		row, err = replay(ctx, tx, int64(id), limit, query, args)
		return err
	})
	if err == nil && row.Seen == 0 {
		err = s.webhookExists(ctx, id)
	}
	return row.Replayed(limit, scan), failed(ctx, err, "replay deliveries of webhook %d", id)
}

func replay(
	ctx context.Context, tx *sqlx.Tx, id int64, limit int, query string, args []any,
) (sqlstore.ReplayedRow, error) {
	var seen []struct {
		ID     int64
		Wanted bool
	}
	if err := tx.SelectContext(ctx, &seen, query, args...); err != nil {
		return sqlstore.ReplayedRow{}, err
	}
	row := sqlstore.ReplayedRow{Seen: len(seen)}
	chosen := []int64{}
	for _, e := range seen {
		if len(chosen) == limit {
			break
		}
		if row.ID = e.ID; e.Wanted {
			chosen = append(chosen, e.ID)
		}
	}
	row.Chosen = len(chosen)
	list, err := json.Marshal(chosen)
	if err != nil {
		return sqlstore.ReplayedRow{}, err
	}
	var tickets []int64
	if err := tx.SelectContext(ctx, &tickets, replaySQL, id, string(list), now().UnixMicro()); err != nil {
		return sqlstore.ReplayedRow{}, err
	}
	row.Count = len(tickets)
	return row, queue(ctx, tx, id, tickets)
}
