package postgres

import (
	"context"
	"time"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// addOnceSQL stores nothing if the key is taken. A key past its life is taken over. Of two requests at once the second waits here
	// for the first one's commit, which is why no other call shares the statement.
	addOnceSQL = `
WITH named AS (
    INSERT INTO idempotency_keys (scope, key, fingerprint, ticket_id) VALUES ($19, $20, $21, nextval('tickets_id_seq'))
    ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, ticket_id = excluded.ticket_id, created_at = now()
    WHERE idempotency_keys.created_at <= now() - $22::bigint * interval '1 microsecond'
    RETURNING ticket_id
), ticket AS (
    INSERT INTO tickets (id, ` + newTicketColumns + `)
    SELECT ticket_id, ` + newTicketValues + ` FROM named
    RETURNING id
), said AS (` + leaveWordsSQL + `)
SELECT id FROM ticket`

	ticketByKeySQL = `
SELECT ` + sqlstore.TicketColumns + `, fingerprint
FROM tickets JOIN (
    SELECT ticket_id, fingerprint FROM idempotency_keys
    WHERE scope = $1 AND key = $2 AND created_at > now() - $3::bigint * interval '1 microsecond'
) AS keys ON tickets.id = keys.ticket_id`

	sweepKeysSQL = `
DELETE FROM idempotency_keys WHERE (scope, key) IN (
    SELECT scope, key FROM idempotency_keys WHERE created_at <= now() - $1::bigint * interval '1 microsecond'
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)`
)

// AddTicketOnce implements ports.IdempotentTicketAdder.
func (s *Store) AddTicketOnce(ctx context.Context, t domain.Ticket, lease time.Duration, key ports.IdempotencyKey) (domain.Ticket, error) {
	args := append(newTicket(t, lease), key.Scope, key.Key, key.Fingerprint, ports.KeyLife.Microseconds())
	id, stored, err := one[int64](ctx, s, addOnceSQL, args...)
	if err == nil && !stored {
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
