package sqlite

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// The index tickets_work has two parts: rows with a due time, ordered by it, and rows that nobody has touched
// since they were announced, ordered by that.
const (
	pickDueSQL = `
SELECT id, ` + dueAt + ` AS since FROM tickets
WHERE ai_status = 'pending' AND ` + dueAt + ` <= ?1
ORDER BY ` + dueAt + `, announced_at, id LIMIT ?2`

	pickWaitingSQL = `
SELECT id, announced_at AS since FROM tickets
WHERE ai_status = 'pending' AND ` + dueAt + ` IS NULL AND announced_at <= ?1
ORDER BY announced_at, id LIMIT ?2`

	claimAllSQL = `
UPDATE tickets SET claimed_until = ?2, claimed_by = nullif(?3, 0), next_attempt_at = NULL,
    attempts = attempts + 1
WHERE id IN (SELECT value FROM json_each(?1))
RETURNING ` + claimColumns

	announceAllSQL = `
UPDATE tickets SET announced_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))
RETURNING ` + sqlstore.TicketColumns
)

// ClaimDue implements ports.TicketClaimer.
func (s *Store) ClaimDue(
	ctx context.Context, limit int, lease ports.Lease, forgotten time.Duration,
) ([]ports.Claim, error) {
	var rows []sqlstore.ClaimRow
	var picked sqlstore.Picks
	err := s.change(ctx, func(tx *sqlx.Tx) (err error) {
		n := now()
		if picked, err = pick(ctx, tx, pickDueSQL, n, limit, 0); err != nil {
			return err
		}
		if forgotten > 0 {
			waiting, err := pick(ctx, tx, pickWaitingSQL, n.Add(-forgotten), limit, forgotten)
			if err != nil {
				return err
			}
			picked = picked.Merge(waiting, limit)
		}
		return update(ctx, tx, &rows, claimAllSQL, picked, n.Add(lease.Time), int64(lease.By))
	})
	if err != nil {
		return nil, failed(ctx, err, "claim due tickets")
	}
	rows = sqlstore.InOrder(rows, picked, func(r sqlstore.ClaimRow) int64 { return r.ID })
	return sqlstore.Claims(rows, lease)
}

// TakeLost implements ports.LostTaker.
func (s *Store) TakeLost(ctx context.Context, limit int, idle time.Duration) ([]domain.Ticket, error) {
	var rows []sqlstore.TicketRow
	var picked sqlstore.Picks
	err := s.change(ctx, func(tx *sqlx.Tx) (err error) {
		n := now()
		if picked, err = pick(ctx, tx, pickWaitingSQL, n.Add(-idle), limit, 0); err != nil {
			return err
		}
		return update(ctx, tx, &rows, announceAllSQL, picked, n)
	})
	if err != nil {
		return nil, failed(ctx, err, "take lost tickets")
	}
	return sqlstore.Tickets(sqlstore.InOrder(rows, picked, func(r sqlstore.TicketRow) int64 { return r.ID }))
}

// pick returns the rows whose moment is not after by. Each is due the time after its moment.
func pick(
	ctx context.Context, tx *sqlx.Tx, query string, by time.Time, limit int, after time.Duration,
) (sqlstore.Picks, error) {
	var picked sqlstore.Picks
	if err := tx.SelectContext(ctx, &picked, query, by.UnixMicro(), limit); err != nil {
		return nil, err
	}
	for i := range picked {
		picked[i].Since += after.Microseconds()
	}
	return picked, nil
}

func update[R any](
	ctx context.Context, tx *sqlx.Tx, rows *[]R, query string, picked sqlstore.Picks, at time.Time,
	more ...any,
) error {
	if len(picked) == 0 {
		return nil
	}
	ids, err := json.Marshal(picked.IDs())
	if err != nil {
		return err
	}
	return tx.SelectContext(ctx, rows, query, append([]any{string(ids), at.UnixMicro()}, more...)...)
}
