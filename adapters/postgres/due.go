package postgres

import (
	"context"
	"time"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// The index tickets_work has two parts: rows with a due time, ordered by it, and rows that nobody has touched
// since they were announced, ordered by that. Rows are picked FOR NO KEY UPDATE SKIP LOCKED, so concurrent
// sweeps never wait for each other.
const (
	dueSQL = `
    SELECT id, ` + dueAt + ` AS since FROM tickets
    WHERE ai_status = 'pending' AND ` + dueAt + ` <= now()
    ORDER BY ` + dueAt + `, announced_at, id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED`

	waitingSQL = `
    SELECT id, announced_at + (SELECT time FROM idle) AS since FROM tickets
    WHERE ai_status = 'pending' AND ` + dueAt + ` IS NULL AND announced_at <= now() - (SELECT time FROM idle)
    ORDER BY ` + dueAt + `, announced_at, id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED`

	claimPickedSQL = `claimed AS (
    UPDATE tickets SET claimed_until = now() + $2::bigint * interval '1 microsecond',
        claimed_by = nullif($3::bigint, 0), next_attempt_at = NULL, attempts = attempts + 1
    WHERE id = ANY (ARRAY(SELECT id FROM picked))
    RETURNING ` + claimColumns + `
)
SELECT claimed.* FROM claimed JOIN picked USING (id) ORDER BY since, id`

	claimDueSQL = `
WITH picked AS MATERIALIZED (` + dueSQL + `), ` + claimPickedSQL

	claimForgottenSQL = `
WITH idle AS (SELECT $4::bigint * interval '1 microsecond' AS time),
due AS MATERIALIZED (` + dueSQL + `), waiting AS MATERIALIZED (` + waitingSQL + `), picked AS MATERIALIZED (
    SELECT * FROM due UNION ALL SELECT * FROM waiting ORDER BY since, id LIMIT $1
), ` + claimPickedSQL

	takeLostSQL = `
WITH idle AS (SELECT $2::bigint * interval '1 microsecond' AS time),
picked AS MATERIALIZED (` + waitingSQL + `), taken AS (
    UPDATE tickets SET announced_at = now() WHERE id = ANY (ARRAY(SELECT id FROM picked))
    RETURNING ` + sqlstore.TicketColumns + `
)
SELECT taken.* FROM taken JOIN picked USING (id) ORDER BY since, id`
)

// ClaimDue implements ports.TicketClaimer.
func (s *Store) ClaimDue(
	ctx context.Context, limit int, lease ports.Lease, forgotten time.Duration,
) ([]ports.Claim, error) {
	query, args := claimDueSQL, []any{limit, lease.Time.Microseconds(), int64(lease.By)}
	if forgotten > 0 {
		query, args = claimForgottenSQL, append(args, forgotten.Microseconds())
	}
	list, err := rows[sqlstore.ClaimRow](ctx, s, query, args...)
	if err != nil {
		return nil, failed(ctx, err, "claim due tickets")
	}
	return sqlstore.Claims(list, lease)
}

// TakeLost implements ports.LostTaker.
func (s *Store) TakeLost(ctx context.Context, limit int, idle time.Duration) ([]domain.Ticket, error) {
	list, err := rows[sqlstore.TicketRow](ctx, s, takeLostSQL, limit, idle.Microseconds())
	if err != nil {
		return nil, failed(ctx, err, "take lost tickets")
	}
	return sqlstore.Tickets(list)
}
