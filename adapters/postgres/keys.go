package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// A key past its life is taken over. Of two requests at once the second waits here for the first one's commit.
	takeKeySQL = `
INSERT INTO idempotency_keys (scope, key, fingerprint, ticket_id) VALUES ($1, $2, $3, $4)` + takeOverSQL + `$5` + takenOverSQL

	takeOverSQL = `
ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, ticket_id = excluded.ticket_id, created_at = now()
WHERE idempotency_keys.created_at <= now() - `
	takenOverSQL = `::bigint * interval '1 microsecond'`

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
	id, err := s.addShared(ctx, t, lease, key, func() (int64, error) {
		return within(ctx, func() (int64, error) { return s.addOnce(ctx, t, lease, key) })
	})
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "add a ticket once")
	}
	return t.Stored(domain.TicketID(id)), nil
}

func (s *Store) addOnce(ctx context.Context, t domain.Ticket, lease time.Duration, key ports.IdempotencyKey) (id int64, err error) {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() {
		if undo := tx.Rollback(); err != nil && undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, undo)
		}
	}()
	if err := tx.GetContext(ctx, &id, addTicketSQL, newTicket(t, lease)...); err != nil {
		return 0, err
	}
	if err := takeKey(ctx, tx, id, key); err != nil {
		return 0, err
	}
	return id, tx.Commit()
}

func takeKey(ctx context.Context, tx *sqlx.Tx, id int64, key ports.IdempotencyKey) error {
	result, err := tx.ExecContext(ctx, takeKeySQL, key.Scope, key.Key, key.Fingerprint, id, ports.KeyLife.Microseconds())
	if err != nil {
		return err
	}
	taken, err := result.RowsAffected()
	if err == nil && taken == 0 {
		err = ports.ErrKeyTaken
	}
	return err
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
