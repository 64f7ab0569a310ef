package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// wanted is true of an event that the webhook w wants. None wants to hear of its own end.
const wanted = `(w.types = '[]' OR w.types @> to_jsonb(type))
        AND (w.category IS NULL OR ticket->>'category' = w.category::text)
        AND (w.priority IS NULL OR ticket->>'priority' = w.priority::text)
        AND (webhook IS NULL OR webhook->>'id' <> w.id::text)`

// queueSQL counts deliveries that the CTE from made pending in their lanes. A lane that was empty is due at
// once. All who lock many lanes do so in the same order.
func queueSQL(from string) string {
	return `
    INSERT INTO delivery_lanes (webhook_id, ticket_id, pending, next_at)
    SELECT webhook_id, ticket_id, count(*), now() FROM ` + from + ` GROUP BY webhook_id, ticket_id
    ORDER BY webhook_id, ticket_id
    ON CONFLICT (webhook_id, ticket_id) DO UPDATE SET pending = delivery_lanes.pending + excluded.pending,
        next_at = CASE WHEN delivery_lanes.pending = 0 THEN excluded.next_at ELSE delivery_lanes.next_at END`
}

var (
	// fanOutSQL skips webhooks whose place another process is moving.
	fanOutSQL = `
WITH place AS MATERIALIZED (
    SELECT p.webhook_id, p.era, p.xid, p.event_id
    FROM webhook_places AS p JOIN webhooks AS w ON w.id = p.webhook_id
    WHERE w.active ORDER BY p.webhook_id FOR NO KEY UPDATE OF p SKIP LOCKED
), seen AS MATERIALIZED (
    SELECT w.id AS webhook_id, e.era, e.xid, e.id AS event_id, e.ticket_id, e.type, ` + wanted + ` AS wanted
    FROM place JOIN webhooks AS w ON w.id = place.webhook_id CROSS JOIN LATERAL (
        SELECT era, xid, id, ticket_id, type, ticket, webhook FROM events
        WHERE (era, xid, id) > (place.era, place.xid, place.event_id) AND ` + settled + `
        ORDER BY era, xid, id LIMIT $1
    ) AS e
), added AS (
    INSERT INTO deliveries (webhook_id, event_id, ticket_id, type)
    SELECT webhook_id, event_id, ticket_id, type FROM seen WHERE wanted
    ORDER BY webhook_id, era, xid, event_id
    ON CONFLICT (webhook_id, event_id) DO NOTHING
    RETURNING webhook_id, ticket_id
), queued AS (` + queueSQL(`added`) + `), moved AS (
    UPDATE webhook_places AS p SET (era, xid, event_id) = ROW(last.era, last.xid, last.event_id)
    FROM (
        SELECT DISTINCT ON (webhook_id) webhook_id, era, xid, event_id FROM seen
        ORDER BY webhook_id, era DESC, xid DESC, event_id DESC
    ) AS last
    WHERE p.webhook_id = last.webhook_id
)
SELECT (SELECT count(*) FROM added) AS stored,
    EXISTS (SELECT FROM seen GROUP BY webhook_id HAVING count(*) >= $1) AS more`

	// claimersSQL makes those who claim deliveries of a webhook count one after the other, so that they keep its
	// limit together. Whom others are counting comes next time.
	claimersSQL = `SELECT ` + webhookColumns + `
FROM webhooks WHERE active ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`
)

const (
	laneDueAt = `coalesce(claimed_until, next_at)`

	// claimDeliveriesSQL looks at lanes only until a webhook's room is filled. Webhooks take turns: one with a
	// backlog, which is always longest due, leaves others their share. A delivery that was ended since the
	// statement began is passed over, with its lane.
	claimDeliveriesSQL = `
WITH room AS MATERIALIZED (
    SELECT webhook_id, least($3 - (
        SELECT count(*) FROM delivery_lanes AS l WHERE l.webhook_id = w.webhook_id AND claimed_until > now()
    ), $2) AS free
    FROM unnest($1::bigint[]) AS w (webhook_id)
), lane AS MATERIALIZED (
    SELECT due.*, row_number() OVER (PARTITION BY due.webhook_id ORDER BY since, due.ticket_id) AS turn
    FROM room CROSS JOIN LATERAL (
        SELECT webhook_id, ticket_id, ` + laneDueAt + ` AS since FROM delivery_lanes AS l
        WHERE l.webhook_id = room.webhook_id AND pending > 0 AND ` + laneDueAt + ` <= now()
        ORDER BY ` + laneDueAt + `, ticket_id LIMIT greatest(free, 0) FOR NO KEY UPDATE SKIP LOCKED
    ) AS due
    ORDER BY turn, since, due.ticket_id LIMIT $2
), first AS MATERIALIZED (
    SELECT lane.*, d.id AS first_id FROM lane CROSS JOIN LATERAL (
        SELECT id FROM deliveries AS d
        WHERE d.webhook_id = lane.webhook_id AND d.ticket_id = lane.ticket_id AND state = 'pending'
        ORDER BY event_id LIMIT 1
    ) AS d
), claimed AS (
    UPDATE deliveries AS d SET attempts = attempts + 1, updated_at = now() FROM first
    WHERE d.id = first_id AND d.state = 'pending'
    RETURNING d.id, d.webhook_id, d.ticket_id, d.event_id, d.attempts, since
), held AS (
    UPDATE delivery_lanes AS l SET claimed_until = now() + $4::bigint * interval '1 microsecond' FROM claimed
    WHERE l.webhook_id = claimed.webhook_id AND l.ticket_id = claimed.ticket_id
)
SELECT d.id AS delivery_id, d.webhook_id, d.attempts, now() + $4::bigint * interval '1 microsecond' AS until,
    e.id IS NOT NULL AS known, 0 AS era, 0 AS tx, d.event_id AS id, d.ticket_id,
    coalesce(e.created_at, now()) AS created_at, coalesce(e.type, '') AS type,
    coalesce(e.ticket, 'null') AS ticket, e.previous, e.webhook, t.title, t.description
FROM claimed AS d LEFT JOIN events AS e ON e.id = d.event_id LEFT JOIN tickets AS t ON t.id = d.ticket_id
ORDER BY since, d.ticket_id`
)

// FanOut implements ports.DeliveryQueue.
func (s *Store) FanOut(ctx context.Context, limit int) (stored int, more bool, err error) {
	row, _, err := one[struct {
		Stored int
		More   bool
	}](ctx, s, fanOutSQL, limit)
	return row.Stored, row.More, failed(ctx, err, "hand events to webhooks")
}

// ClaimDeliveries implements ports.DeliveryQueue.
func (s *Store) ClaimDeliveries(
	ctx context.Context, limit, each int, lease time.Duration,
) ([]ports.DueDelivery, error) {
	type claims struct {
		webhooks []sqlstore.WebhookRow
		rows     []sqlstore.DueRow
	}
	c, err := within(ctx, func() (c claims, err error) {
		err = s.change(ctx, func(tx *sqlx.Tx) error {
			if err := tx.SelectContext(ctx, &c.webhooks, claimersSQL); err != nil || len(c.webhooks) == 0 {
				return err
			}
			ids := make(pq.Int64Array, len(c.webhooks))
			for i, w := range c.webhooks {
				ids[i] = w.ID
			}
			return tx.SelectContext(ctx, &c.rows, claimDeliveriesSQL, ids, limit, each, lease.Microseconds())
		})
		return c, err
	})
	if err != nil {
		return nil, failed(ctx, err, "claim deliveries")
	}
	due, forgotten, err := sqlstore.Due(c.rows, c.webhooks)
	if err == nil && len(forgotten) > 0 {
		err = s.end(ctx, forgotten)
	}
	return due, failed(ctx, err, "claim deliveries")
}

// endDeliveriesSQL ends the tries whose lanes their callers still hold. It writes a webhook only if it begins
// to fail or stops to.
var endDeliveriesSQL = `
WITH sent AS MATERIALIZED (
    SELECT * FROM ROWS FROM (json_to_recordset($1::json) AS (id bigint, webhook_id bigint, ticket_id bigint,
        until timestamptz, state text, wait_us bigint, status integer, error text, latency_us bigint,
        untried boolean)) WITH ORDINALITY ORDER BY webhook_id, ticket_id LIMIT (SELECT 1000000)
), held AS MATERIALIZED (
    SELECT sent.*, now() + wait_us * interval '1 microsecond' AS again FROM sent CROSS JOIN LATERAL (
        SELECT FROM delivery_lanes AS l
        WHERE l.webhook_id = sent.webhook_id AND l.ticket_id = sent.ticket_id AND l.claimed_until = sent.until
        FOR NO KEY UPDATE
    ) AS lane
), ended AS (
    UPDATE deliveries AS d SET state = held.state, status = held.status, error = held.error,
        latency_us = held.latency_us, updated_at = now(),
        next_at = CASE held.state WHEN 'pending' THEN again END
    FROM held WHERE d.id = held.id
), freed AS (
    UPDATE delivery_lanes AS l SET claimed_until = NULL,
        pending = CASE state WHEN 'pending' THEN pending ELSE pending - 1 END,
        next_at = CASE state WHEN 'pending' THEN again ELSE now() END
    FROM held WHERE l.webhook_id = held.webhook_id AND l.ticket_id = held.ticket_id
), told AS MATERIALIZED (
    SELECT webhook_id, coalesce(max(ordinality) FILTER (WHERE state = 'delivered'), 0) AS success,
        coalesce(max(ordinality) FILTER (WHERE state <> 'delivered'), 0) AS failure
    FROM held WHERE NOT untried GROUP BY webhook_id
), changing AS MATERIALIZED (
    SELECT id AS webhook_id, success, failure FROM webhooks JOIN told ON id = told.webhook_id
    WHERE CASE WHEN failing_since IS NULL THEN failure > success ELSE success > 0 END
    ORDER BY id FOR NO KEY UPDATE OF webhooks
)
UPDATE webhooks SET failing_since = CASE WHEN failure > success THEN now() END
FROM changing WHERE id = changing.webhook_id`

// EndDeliveries implements ports.DeliveryQueue.
func (s *Store) EndDeliveries(ctx context.Context, ends []ports.DeliveryEnd) error {
	return failed(ctx, s.end(ctx, sqlstore.NewEndRows(ends)), "end deliveries")
}

func (s *Store) end(ctx context.Context, ends []sqlstore.EndRow) error {
	list, err := json.Marshal(ends)
	if err != nil {
		return err
	}
	_, err = exec(ctx, s, endDeliveriesSQL, string(list))
	return err
}

var disableWebhookSQL = `
WITH off AS (
    UPDATE webhooks SET active = false, disabled = $2, version = version + 1
    WHERE id = $1 AND active AND version = $3
    RETURNING id, url
)
INSERT INTO events (era, ticket_id, type, ticket, webhook)
SELECT ` + era + `, 0, '` + domain.EventWebhookDisabled.String() + `', '{}',
    json_build_object('id', id, 'url', url, 'reason', $2::text)
FROM off`

// DisableWebhook implements ports.DeliveryQueue.
func (s *Store) DisableWebhook(
	ctx context.Context, w domain.Webhook, reason domain.DisableReason,
) (bool, error) {
	n, err := exec(ctx, s, disableWebhookSQL, int64(w.ID), reason.String(), w.Version)
	return n == 1, failed(ctx, err, "switch webhook %d off", w.ID)
}

// A sweep takes the rows it picked as an array, which PostgreSQL makes once. The rows of an IN it may pick
// again for each row it looks at, and SKIP LOCKED picks others then, more than the limit in all.
const (
	sweepDeliveriesSQL = `
DELETE FROM deliveries WHERE id = ANY (ARRAY(
    SELECT id FROM deliveries WHERE state <> 'pending'
        AND updated_at <= now() - $1::bigint * interval '1 microsecond'
    ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED
)) AND state <> 'pending'`

	sweepLanesSQL = `
DELETE FROM delivery_lanes WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM delivery_lanes WHERE pending = 0 LIMIT $1 FOR UPDATE SKIP LOCKED
)) AND pending = 0`
)

// SweepDeliveries implements ports.DeliveryQueue. It also removes as many empty lanes, old or not: an event
// makes its lane anew.
func (s *Store) SweepDeliveries(ctx context.Context, keep time.Duration, limit int) (int, error) {
	n, err := exec(ctx, s, sweepDeliveriesSQL, keep.Microseconds(), limit)
	if err == nil {
		_, err = exec(ctx, s, sweepLanesSQL, limit)
	}
	return int(n), failed(ctx, err, "sweep deliveries")
}

// deliveryBacklogSQL counts what active webhooks wait for, be it in their deliveries or still in the log.
var deliveryBacklogSQL = fmt.Sprintf(`
SELECT least(coalesce(sum(waiting), 0), %[1]d) AS pending,
    coalesce(extract(epoch FROM now() - min(least(since, next))) * 1000000, 0)::bigint AS oldest,
    (SELECT count(*) FROM webhooks WHERE NOT active AND disabled IS NOT NULL) AS disabled
FROM webhooks AS w JOIN webhook_places AS p ON p.webhook_id = w.id CROSS JOIN LATERAL (
    SELECT count(*) AS waiting, min(created_at) AS since FROM (
        SELECT created_at FROM deliveries AS d
        WHERE d.webhook_id = w.id AND state = 'pending' AND state <> 'delivered'
        ORDER BY created_at, id LIMIT %[1]d
    ) AS some_pending
) AS queued LEFT JOIN LATERAL (
    SELECT created_at AS next FROM events WHERE (era, xid, id) > (p.era, p.xid, p.event_id)
    ORDER BY era, xid, id LIMIT 1
) AS log ON true
WHERE w.active`, ports.BacklogLimit)

// DeliveryBacklog implements ports.DeliveryInspector.
func (s *Store) DeliveryBacklog(ctx context.Context) (ports.DeliveryBacklog, error) {
	row, _, err := one[sqlstore.BacklogRow](ctx, s, deliveryBacklogSQL)
	return row.Backlog(), failed(ctx, err, "count the deliveries that wait")
}
