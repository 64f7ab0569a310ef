package sqlite

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/ports"
)

const (
	enlistSQL = `INSERT INTO claimers (beat_at, steady_since) VALUES (?1, ?1) RETURNING id`

	// beatSQL also answers whether the claimer is steady: it has seen the others for a whole life.
	beatSQL = `
UPDATE claimers SET beat_at = ?2, steady_since = CASE WHEN beat_at >= ?3 THEN steady_since ELSE ?2 END
WHERE id = ?1
RETURNING steady_since <= ?4 AND EXISTS (
    SELECT 1 FROM claimers AS other WHERE other.id <> ?1 AND other.beat_at < ?4) AS dead`

	removeDeadSQL = `
DELETE FROM claimers WHERE id <> ?1 AND beat_at < ?2
    AND EXISTS (SELECT 1 FROM claimers WHERE id = ?1 AND steady_since <= ?2)`

	retireSQL = `DELETE FROM claimers WHERE id = ?1`

	// endClaimsSQL reads the part of the index tickets_work that is to come: what is claimed and what waits for
	// another attempt.
	endClaimsSQL = `
UPDATE tickets SET claimed_until = ?1, claimed_by = NULL
WHERE ai_status = 'pending' AND ` + dueAt + ` > ?1 AND claimed_until IS NOT NULL AND claimed_by IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM claimers WHERE claimers.id = claimed_by)`
)

// Enlist implements ports.ClaimerStore.
func (s *Store) Enlist(ctx context.Context) (ports.ClaimerID, error) {
	id, _, err := sqlstore.One[ports.ClaimerID](ctx, s.write, enlistSQL, now().UnixMicro())
	return id, failed(ctx, err, "enlist a claimer")
}

// Beat implements ports.ClaimerStore.
func (s *Store) Beat(ctx context.Context, id ports.ClaimerID) (alive, dead bool, err error) {
	n := now()
	dead, alive, err = sqlstore.One[bool](ctx, s.write, beatSQL, id, n.UnixMicro(),
		n.Add(-ports.ClaimerGap).UnixMicro(), n.Add(-ports.ClaimerLife).UnixMicro())
	return alive, dead, failed(ctx, err, "beat as claimer %d", id)
}

// EndDead implements ports.ClaimerStore.
func (s *Store) EndDead(ctx context.Context, id ports.ClaimerID) (claims int, err error) {
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, removeDeadSQL, id, now().Add(-ports.ClaimerLife).UnixMicro())
		if err == nil {
			claims, err = endClaims(ctx, tx)
		}
		return err
	})
	return claims, failed(ctx, err, "end the claims of dead claimers")
}

// Retire implements ports.ClaimerStore.
func (s *Store) Retire(ctx context.Context, id ports.ClaimerID) error {
	return failed(ctx, s.change(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, retireSQL, id)
		if err == nil {
			_, err = endClaims(ctx, tx)
		}
		return err
	}), "retire claimer %d", id)
}

func endClaims(ctx context.Context, tx *sqlx.Tx) (int, error) {
	n, err := sqlstore.Changed(tx.ExecContext(ctx, endClaimsSQL, now().UnixMicro()))
	return int(n), err
}
