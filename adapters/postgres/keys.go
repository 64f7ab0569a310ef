package postgres

import (
	"context"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// addOnceSQL stores nothing if the key is taken; a key past its life is free. Of two requests at once the
// second waits here until the first commits, so no other call shares the statement.
var addOnceSQL = inserting(`, named AS (
    INSERT INTO idempotency_keys (scope, key, fingerprint, ticket_id) SELECT $3, $4, $5, id FROM drawn
    ON CONFLICT (scope, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, ticket_id = excluded.ticket_id, created_at = now()
    WHERE idempotency_keys.created_at <= now() - $6::bigint * interval '1 microsecond'
    RETURNING ticket_id AS id
), fresh AS (SELECT * FROM drawn JOIN named USING (id))`)

const (
	ticketByKeySQL = `
SELECT ` + sqlstore.TicketColumns + `, fingerprint
FROM tickets JOIN (
    SELECT ticket_id, fingerprint FROM idempotency_keys
    WHERE scope = $1 AND key = $2 AND created_at > now() - $3::bigint * interval '1 microsecond'
) AS keys ON tickets.id = keys.ticket_id`

	sweepKeysSQL = `
DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at <= now() - $1::bigint * interval '1 microsecond'
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))`
)

// AddTicketOnce implements ports.IdempotentTicketAdder.
func (s *Store) AddTicketOnce(
	ctx context.Context, t domain.Ticket, lease ports.Lease, key ports.IdempotencyKey,
) (domain.Ticket, error) {
	id, err := s.insertOne(ctx, addOnceSQL, newRow{ticket: t, lease: lease},
		key.Scope, key.Key, key.Fingerprint, ports.KeyLife.Microseconds())
	if err == nil && id == 0 {
		err = ports.ErrKeyTaken
	}
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "add a ticket once")
	}
	return t.Stored(domain.TicketID(id)), nil
}

// TicketByKey implements ports.IdempotentTicketAdder.
func (s *Store) TicketByKey(ctx context.Context, scope, key string) (domain.Ticket, string, error) {
	row, found, err := one[sqlstore.KeyedRow](ctx, s, ticketByKeySQL, scope, key, ports.KeyLife.Microseconds())
	if err == nil && !found {
		err = domain.ErrTicketNotFound
	}
	if err != nil {
		return domain.Ticket{}, "", failed(ctx, err, "look up an idempotency key")
	}
	return row.Keyed()
}

// SweepKeys implements ports.IdempotentTicketAdder.
func (s *Store) SweepKeys(ctx context.Context) (int, error) {
	n, err := exec(ctx, s, sweepKeysSQL, ports.KeyLife.Microseconds(), ports.KeySweep)
	return int(n), failed(ctx, err, "sweep idempotency keys")
}
