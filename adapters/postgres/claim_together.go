package postgres

import (
	"context"
	"time"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// claimTogetherSQL leaves out the tickets that cannot be claimed or are being changed.
	claimTogetherSQL = `
UPDATE tickets SET claimed_until = now() + sent.lease * interval '1 microsecond', next_attempt_at = NULL, attempts = attempts + 1
FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[])) AS sent(ticket_id, lease)
JOIN LATERAL (
    SELECT id AS ticket_id FROM tickets
    WHERE id = sent.ticket_id AND ai_status = 'pending' AND (` + dueAt + ` IS NULL OR ` + dueAt + ` <= now())
    FOR NO KEY UPDATE SKIP LOCKED
) AS free ON free.ticket_id = sent.ticket_id
WHERE id = free.ticket_id
RETURNING ` + claimColumns

	// releaseTogetherSQL leaves out the tickets that are being changed or do not exist.
	releaseTogetherSQL = `
WITH given AS MATERIALIZED (
    SELECT sent.* FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[]), (SELECT $3::bigint[]), (SELECT $4::bigint[]), (SELECT $5::bigint[]), (SELECT $6::text[]), (SELECT $7::boolean[]))
        AS sent(ticket_id, round, until, wait, uncounted, code, throttled)
    JOIN LATERAL (
        SELECT id AS ticket_id FROM tickets WHERE id = sent.ticket_id FOR NO KEY UPDATE SKIP LOCKED
    ) AS free ON free.ticket_id = sent.ticket_id
), ticket AS (SELECT ticket_id AS id FROM given), noted AS (` + noteTogetherSQL + `$8` + noteTogetherFromSQL + `), released AS (
    UPDATE tickets AS held SET claimed_until = NULL, next_attempt_at = now() + given.wait * interval '1 microsecond',
        attempts = greatest(attempts - given.uncounted::integer, 0), last_error = coalesce(nullif(given.code, ''), last_error),
        throttled_since = CASE WHEN given.throttled THEN coalesce(throttled_since, now()) ELSE throttled_since END
    FROM given
    WHERE held.id = given.ticket_id AND held.ai_status = 'pending' AND held.round = given.round
        AND held.claimed_until = timestamptz 'epoch' + given.until * interval '1 microsecond'
)
SELECT id FROM ticket`
)

type claimCall struct {
	id    domain.TicketID
	lease time.Duration
}

func (s *Store) claimTogether(ctx context.Context, sent []claimCall) ([]*sqlstore.ClaimRow, error) {
	ids, leases := make(pq.Int64Array, len(sent)), make(pq.Int64Array, len(sent))
	for i, c := range sent {
		ids[i], leases[i] = int64(c.id), c.lease.Microseconds()
	}
	claimed, err := rows[sqlstore.ClaimRow](ctx, s, claimTogetherSQL, ids, leases)
	return byID(sent, func(c claimCall) int64 { return int64(c.id) }, claimed, func(r *sqlstore.ClaimRow) int64 { return r.ID }), err
}

type releaseCall struct {
	claim   ports.Claim
	release ports.Release
}

func (c releaseCall) id() int64 { return int64(c.claim.Ticket.ID()) }

func (s *Store) releaseTogether(ctx context.Context, sent []releaseCall) ([]*int64, error) {
	n := len(sent)
	ids, rounds, until := make(pq.Int64Array, n), make(pq.Int64Array, n), make(pq.Int64Array, n)
	waits, uncounted := make(pq.Int64Array, n), make(pq.Int64Array, n)
	codes, throttled := make(pq.StringArray, n), make(pq.BoolArray, n)
	var entries []entryOf
	for i, c := range sent {
		ids[i], rounds[i], until[i] = c.id(), int64(c.claim.Ticket.Round()), c.claim.Until.UnixMicro()
		waits[i], throttled[i] = max(c.release.Wait, 0).Microseconds(), c.release.Throttled
		if c.release.Uncounted {
			uncounted[i] = 1
		}
		if f := c.release.Failed; f != nil {
			codes[i] = f.ErrorCode
			entries = append(entries, entryOf{ids[i], sqlstore.Entry(*f)})
		}
	}
	record, err := entriesTogether(entries)
	if err != nil {
		return nil, err
	}
	released, err := rows[int64](ctx, s, releaseTogetherSQL, ids, rounds, until, waits, uncounted, codes, throttled, record)
	return byID(sent, releaseCall.id, released, func(id *int64) int64 { return *id }), err
}
