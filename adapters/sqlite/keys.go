package sqlite

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// takeKeySQL takes a new key, or one past its life.
	takeKeySQL = `
INSERT INTO idempotency_keys (scope, key, fingerprint, ticket_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (scope, key) DO UPDATE
SET fingerprint = excluded.fingerprint, ticket_id = excluded.ticket_id, created_at = excluded.created_at
WHERE idempotency_keys.created_at <= ?6`

	ticketByKeySQL = `
SELECT ` + sqlstore.TicketColumns + `, fingerprint
FROM tickets JOIN (
    SELECT ticket_id, fingerprint FROM idempotency_keys WHERE scope = ?1 AND key = ?2 AND created_at > ?3
) AS keys ON tickets.id = keys.ticket_id`

	sweepKeysSQL = `
DELETE FROM idempotency_keys WHERE (scope, key) IN (
    SELECT scope, key FROM idempotency_keys WHERE created_at <= ?1 ORDER BY created_at LIMIT ?2)`
)

// AddTicketOnce implements ports.IdempotentTicketAdder.
func (s *Store) AddTicketOnce(
	ctx context.Context, t domain.Ticket, lease ports.Lease, key ports.IdempotencyKey,
) (domain.Ticket, error) {
	var id int64
	err := s.change(ctx, func(tx *sqlx.Tx) error {
		ids, err := s.insertTickets(ctx, tx, lease, t)
		if err != nil {
			return err
		}
		id = ids[0]
		n := now()
		taken, err := sqlstore.Changed(tx.ExecContext(ctx, takeKeySQL, key.Scope, key.Key, key.Fingerprint, id,
			n.UnixMicro(), n.Add(-ports.KeyLife).UnixMicro()))
		if err == nil && taken == 0 {
			err = ports.ErrKeyTaken
		}
		return err
	})
	if isForeignKey(err) {
		err = domain.ErrCreatorGone.With(err)
	}
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "add a ticket once")
	}
	return t.Stored(domain.TicketID(id)), nil
}

// TicketByKey implements ports.IdempotentTicketAdder.
func (s *Store) TicketByKey(ctx context.Context, scope, key string) (domain.Ticket, string, error) {
	row, found, err := sqlstore.One[sqlstore.KeyedRow](
		ctx, s.read, ticketByKeySQL, scope, key, now().Add(-ports.KeyLife).UnixMicro())
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
	n, err := sqlstore.Exec(ctx, s.write, sweepKeysSQL, now().Add(-ports.KeyLife).UnixMicro(), ports.KeySweep)
	return int(n), failed(ctx, err, "sweep idempotency keys")
}
