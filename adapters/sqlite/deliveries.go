package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// wanted is true of an event that the webhook w wants. None wants to hear of its own end.
	wanted = `(w.types = '[]' OR e.type IN (SELECT value FROM json_each(w.types)))
    AND (w.category IS NULL OR e.ticket->>'category' = w.category)
    AND (w.priority IS NULL OR e.ticket->>'priority' = w.priority)
    AND (e.webhook IS NULL OR e.webhook->>'id' <> w.id)`

	behindSQL = `
SELECT id, place FROM webhooks WHERE active AND place < (SELECT max(id) FROM events) ORDER BY id`

	fanOutSQL = `
INSERT INTO deliveries (webhook_id, event_id, ticket_id, type, next_at, created_at, updated_at)
SELECT w.id, e.id, e.ticket_id, e.type, ?4, ?4, ?4
FROM webhooks AS w CROSS JOIN events AS e WHERE w.id = ?1 AND e.id > ?2 AND e.id <= ?3 AND ` + wanted + `
ORDER BY e.id
ON CONFLICT (webhook_id, event_id) DO NOTHING
RETURNING ticket_id`

	placeSQL = `SELECT coalesce(max(id), ?1) AS place, count(*) AS seen FROM (
    SELECT id FROM events WHERE id > ?1 ORDER BY id LIMIT ?2)`

	moveSQL = `UPDATE webhooks SET place = ?2 WHERE id = ?1`

	// queueSQL counts deliveries that became pending in their lanes. A lane that was empty is due at once.
	queueSQL = `
INSERT INTO delivery_lanes (webhook_id, ticket_id, pending, next_at)
SELECT ?1, value, count(*), ?3 FROM json_each(?2) WHERE true GROUP BY value
ON CONFLICT (webhook_id, ticket_id) DO UPDATE SET pending = pending + excluded.pending,
    next_at = CASE WHEN pending = 0 THEN excluded.next_at ELSE next_at END`
)

// FanOut implements ports.DeliveryQueue. The webhooks that are behind share limit.
func (s *Store) FanOut(ctx context.Context, limit int) (stored int, more bool, err error) {
	behind, err := sqlstore.Rows[struct{ ID, Place int64 }](ctx, s.read, behindSQL)
	if err != nil || len(behind) == 0 {
		return 0, false, failed(ctx, err, "hand events to webhooks")
	}
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		behind = nil
		if err := tx.SelectContext(ctx, &behind, behindSQL); err != nil {
			return err
		}
		// Who writes tickets waits for the transaction, however many webhooks there are.
		each := max(limit/max(len(behind), 1), 1)
		for _, w := range behind {
			var next struct {
				Place int64
				Seen  int
			}
			if err := tx.GetContext(ctx, &next, placeSQL, w.Place, each); err != nil {
				return err
			}
			var tickets []int64
			err := tx.SelectContext(ctx, &tickets, fanOutSQL, w.ID, w.Place, next.Place, now().UnixMicro())
			if err == nil {
				err = queue(ctx, tx, w.ID, tickets)
			}
			if err == nil {
				_, err = tx.ExecContext(ctx, moveSQL, w.ID, next.Place)
			}
			if err != nil {
				return err
			}
			stored, more = stored+len(tickets), more || next.Seen >= each
		}
		return nil
	})
	if err != nil {
		return 0, false, failed(ctx, err, "hand events to webhooks")
	}
	return stored, more, nil
}

// queue takes the ticket of each delivery.
func queue(ctx context.Context, tx *sqlx.Tx, webhook int64, tickets []int64) error {
	if len(tickets) == 0 {
		return nil
	}
	list, err := json.Marshal(tickets)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, queueSQL, webhook, string(list), now().UnixMicro())
	return err
}

const laneDueAt = `coalesce(claimed_until, next_at)`

var claimersSQL = `
SELECT ` + webhookColumns + `, ?2 - (
    SELECT count(*) FROM delivery_lanes WHERE webhook_id = webhooks.id AND claimed_until > ?1) AS free
FROM webhooks WHERE active AND EXISTS (
    SELECT 1 FROM delivery_lanes WHERE webhook_id = webhooks.id AND pending > 0 AND ` + laneDueAt + ` <= ?1)`

const (
	dueLanesSQL = `
SELECT webhook_id, ticket_id, ` + laneDueAt + ` AS since FROM delivery_lanes
WHERE webhook_id = ?1 AND pending > 0 AND ` + laneDueAt + ` <= ?2
ORDER BY ` + laneDueAt + `, ticket_id LIMIT ?3`

	holdLanesSQL = `
UPDATE delivery_lanes SET claimed_until = ?2
WHERE (webhook_id, ticket_id) IN (SELECT value->>'webhook', value->>'ticket' FROM json_each(?1))`

	claimFirstSQL = `
UPDATE deliveries SET attempts = attempts + 1, updated_at = ?2 WHERE id IN (
    SELECT (
        SELECT id FROM deliveries WHERE webhook_id = value->>'webhook' AND ticket_id = value->>'ticket'
            AND state = 'pending'
        ORDER BY event_id LIMIT 1
    ) FROM json_each(?1))
RETURNING id`

	dueDeliveriesSQL = `
SELECT d.id AS delivery_id, d.webhook_id, d.attempts, ?2 AS until, e.id IS NOT NULL AS known,
    0 AS era, 0 AS tx, d.event_id AS id, d.ticket_id, coalesce(e.created_at, 0) AS created_at,
    coalesce(e.type, '') AS type, coalesce(e.ticket, 'null') AS ticket, e.previous, e.webhook,
    t.title, t.description
FROM json_each(?1) AS claimed JOIN deliveries AS d ON d.id = claimed.value
    LEFT JOIN events AS e ON e.id = d.event_id LEFT JOIN tickets AS t ON t.id = d.ticket_id`
)

// lane is one that is due.
type lane struct {
	Webhook int64 `db:"webhook_id" json:"webhook"`
	Ticket  int64 `db:"ticket_id" json:"ticket"`
	Since   int64 `db:"since" json:"-"`
	Turn    int   `db:"-" json:"-"` // within its webhook
}

// ClaimDeliveries implements ports.DeliveryQueue.
func (s *Store) ClaimDeliveries(
	ctx context.Context, limit, each int, lease time.Duration,
) ([]ports.DueDelivery, error) {
	var webhooks []sqlstore.WebhookRow
	var rows []sqlstore.DueRow
	err := s.change(ctx, func(tx *sqlx.Tx) (err error) {
		webhooks, rows, err = claimDeliveries(ctx, tx, limit, each, lease)
		return err
	})
	if err != nil {
		return nil, failed(ctx, err, "claim deliveries")
	}
	due, forgotten, err := sqlstore.Due(rows, webhooks)
	if err == nil && len(forgotten) > 0 {
		err = s.end(ctx, forgotten)
	}
	return due, failed(ctx, err, "claim deliveries")
}

func claimDeliveries(
	ctx context.Context, tx *sqlx.Tx, limit, each int, lease time.Duration,
) (webhooks []sqlstore.WebhookRow, rows []sqlstore.DueRow, err error) {
	n := now()
	lanes, webhooks, err := dueLanes(ctx, tx, n, limit, each)
	if err != nil || len(lanes) == 0 {
		return nil, nil, err
	}
	list, err := json.Marshal(lanes)
	if err != nil {
		return nil, nil, err
	}
	until := n.Add(lease).UnixMicro()
	if _, err := tx.ExecContext(ctx, holdLanesSQL, string(list), until); err != nil {
		return nil, nil, err
	}
	var ids []int64
	if err := tx.SelectContext(ctx, &ids, claimFirstSQL, string(list), n.UnixMicro()); err != nil {
		return nil, nil, err
	}
	claimed, err := json.Marshal(ids)
	if err == nil {
		err = tx.SelectContext(ctx, &rows, dueDeliveriesSQL, string(claimed), until)
	}
	place := make(map[lane]int, len(lanes))
	for i, l := range lanes {
		place[lane{Webhook: l.Webhook, Ticket: l.Ticket}] = i
	}
	slices.SortFunc(rows, func(a, b sqlstore.DueRow) int {
		return cmp.Compare(place[lane{Webhook: a.WebhookID, Ticket: a.TicketID}],
			place[lane{Webhook: b.WebhookID, Ticket: b.TicketID}])
	})
	return webhooks, rows, err
}

// dueLanes looks at lanes only until a webhook's room is filled. Webhooks take turns: one with a backlog,
// which is always longest due, leaves others their share.
func dueLanes(
	ctx context.Context, tx *sqlx.Tx, n time.Time, limit, each int,
) (lanes []lane, webhooks []sqlstore.WebhookRow, err error) {
	var claimers []struct {
		sqlstore.WebhookRow
		Free int
	}
	if err := tx.SelectContext(ctx, &claimers, claimersSQL, n.UnixMicro(), each); err != nil {
		return nil, nil, err
	}
	for _, c := range claimers {
		webhooks = append(webhooks, c.WebhookRow)
		var some []lane
		err := tx.SelectContext(ctx, &some, dueLanesSQL, c.ID, n.UnixMicro(), max(min(c.Free, limit), 0))
		if err != nil {
			return nil, nil, err
		}
		for i := range some {
			some[i].Turn = i
		}
		lanes = append(lanes, some...)
	}
	slices.SortStableFunc(lanes, func(a, b lane) int {
		return cmp.Or(cmp.Compare(a.Turn, b.Turn), cmp.Compare(a.Since, b.Since))
	})
	lanes = lanes[:min(len(lanes), limit)]
	slices.SortStableFunc(lanes, func(a, b lane) int { return cmp.Compare(a.Since, b.Since) })
	return lanes, webhooks, nil
}

const (
	freeLaneSQL = `
UPDATE delivery_lanes SET claimed_until = NULL,
    pending = CASE ?4 WHEN 'pending' THEN pending ELSE pending - 1 END, next_at = ?5
WHERE webhook_id = ?1 AND ticket_id = ?2 AND claimed_until = ?3`

	endDeliverySQL = `
UPDATE deliveries SET state = ?2, status = ?3, error = ?4, latency_us = ?5, updated_at = ?6,
    next_at = CASE ?2 WHEN 'pending' THEN ?7 END
WHERE id = ?1`

	beginFailingSQL = `UPDATE webhooks SET failing_since = ?2 WHERE id = ?1 AND failing_since IS NULL`
	stopFailingSQL  = `UPDATE webhooks SET failing_since = NULL WHERE id = ?1 AND failing_since IS NOT NULL`
)

// EndDeliveries implements ports.DeliveryQueue.
func (s *Store) EndDeliveries(ctx context.Context, ends []ports.DeliveryEnd) error {
	return failed(ctx, s.end(ctx, sqlstore.NewEndRows(ends)), "end deliveries")
}

func (s *Store) end(ctx context.Context, ends []sqlstore.EndRow) error {
	return s.change(ctx, func(tx *sqlx.Tx) error {
		for _, e := range ends {
			if err := endDelivery(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

func endDelivery(ctx context.Context, tx *sqlx.Tx, e sqlstore.EndRow) error {
	n := now()
	again := n
	if e.State == domain.DeliveryPending.String() {
		again = n.Add(time.Duration(e.WaitUS) * time.Microsecond)
	}
	held, err := sqlstore.Changed(tx.ExecContext(ctx, freeLaneSQL, e.WebhookID, e.TicketID, e.Until, e.State,
		again.UnixMicro()))
	if err != nil || held == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, endDeliverySQL, e.ID, e.State, e.Status, e.Error, e.LatencyUS, n.UnixMicro(),
		again.UnixMicro())
	if err != nil || e.Untried {
		return err
	}
	if e.State == domain.DeliveryDelivered.String() {
		_, err = tx.ExecContext(ctx, stopFailingSQL, e.WebhookID)
	} else {
		_, err = tx.ExecContext(ctx, beginFailingSQL, e.WebhookID, n.UnixMicro())
	}
	return err
}

const disableWebhookSQL = `
UPDATE webhooks SET active = 0, disabled = ?2, version = version + 1
WHERE id = ?1 AND active AND version = ?3 RETURNING url`

const tellWebhookSQL = `
INSERT INTO events (ticket_id, created_at, type, ticket, webhook) VALUES (0, ?1, ?2, '{}', ?3)`

// DisableWebhook implements ports.DeliveryQueue.
func (s *Store) DisableWebhook(
	ctx context.Context, w domain.Webhook, reason domain.DisableReason,
) (bool, error) {
	var urls []string
	err := s.change(ctx, func(tx *sqlx.Tx) error {
		err := tx.SelectContext(ctx, &urls, disableWebhookSQL, int64(w.ID), reason.String(), w.Version)
		if err != nil || len(urls) == 0 {
			return err
		}
		notice, err := json.Marshal(sqlstore.WebhookJSON{ID: int64(w.ID), URL: urls[0], Reason: reason.String()})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, tellWebhookSQL, now().UnixMicro(), domain.EventWebhookDisabled.String(),
			string(notice))
		return err
	})
	return err == nil && len(urls) == 1, failed(ctx, err, "switch webhook %d off", w.ID)
}

const (
	sweepDeliveriesSQL = `
DELETE FROM deliveries WHERE id IN (
    SELECT id FROM deliveries WHERE state <> 'pending' AND updated_at <= ?1 ORDER BY updated_at LIMIT ?2)`

	sweepLanesSQL = `
DELETE FROM delivery_lanes WHERE (webhook_id, ticket_id) IN (
    SELECT webhook_id, ticket_id FROM delivery_lanes WHERE pending = 0 LIMIT ?1)`
)

// SweepDeliveries implements ports.DeliveryQueue. It also removes as many empty lanes, old or not: an event
// makes its lane anew.
func (s *Store) SweepDeliveries(ctx context.Context, keep time.Duration, limit int) (int, error) {
	n, err := sqlstore.Exec(ctx, s.write, sweepDeliveriesSQL, now().Add(-keep).UnixMicro(), limit)
	if err == nil {
		_, err = sqlstore.Exec(ctx, s.write, sweepLanesSQL, limit)
	}
	return int(n), failed(ctx, err, "sweep deliveries")
}

// deliveryBacklogSQL counts what active webhooks wait for, be it in their deliveries or still in the log.
var deliveryBacklogSQL = fmt.Sprintf(`
SELECT min(coalesce(sum(waiting), 0), %[1]d) AS pending,
    coalesce(%[2]s - min(min(coalesce(since, next), coalesce(next, since))), 0) AS oldest,
    (SELECT count(*) FROM webhooks WHERE NOT active AND disabled IS NOT NULL) AS disabled
FROM (
    SELECT (
        SELECT count(*) FROM (
            SELECT 1 FROM deliveries
            WHERE webhook_id = w.id AND state = 'pending' AND state <> 'delivered' LIMIT %[1]d)
    ) AS waiting, (
        SELECT min(created_at) FROM deliveries
        WHERE webhook_id = w.id AND state = 'pending' AND state <> 'delivered'
    ) AS since, (
        SELECT created_at FROM events WHERE id > w.place ORDER BY id LIMIT 1
    ) AS next
    FROM webhooks AS w WHERE active
)`, ports.BacklogLimit, micros)

// DeliveryBacklog implements ports.DeliveryInspector.
func (s *Store) DeliveryBacklog(ctx context.Context) (ports.DeliveryBacklog, error) {
	row, _, err := sqlstore.One[sqlstore.BacklogRow](ctx, s.read, deliveryBacklogSQL)
	return row.Backlog(), failed(ctx, err, "count the deliveries that wait")
}
