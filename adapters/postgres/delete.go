package postgres

import (
	"context"
	"time"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// Foreign keys take along all that belongs to a ticket but the words that are not indexed yet.
const (
	deleteSQL = `
WITH gone AS (
    DELETE FROM tickets WHERE id = $1 AND ($2::bigint[] IS NULL OR version = ANY ($2)) RETURNING id
), unsaid AS (DELETE FROM ticket_words_new WHERE ticket_id IN (SELECT id FROM gone))
SELECT id FROM gone`

	closedBeforeSQL = `
SELECT ` + sqlstore.ClosedColumns + ` FROM tickets
WHERE status = 'closed' AND (created_at, id) > ($1, $2) AND created_at < $3
ORDER BY created_at, id LIMIT $4`

	deleteClosedSQL = `
WITH found AS MATERIALIZED (
    SELECT id FROM tickets WHERE id = ANY ($1) AND status = 'closed' AND ` + sqlstore.ClosedAt + ` < $2
    FOR UPDATE SKIP LOCKED
), unsaid AS (DELETE FROM ticket_words_new WHERE ticket_id IN (SELECT id FROM found))
DELETE FROM tickets WHERE id IN (SELECT id FROM found)`
)

// DeleteTicket implements ports.TicketDeleter.
func (s *Store) DeleteTicket(ctx context.Context, id domain.TicketID, versions []int64) error {
	_, gone, err := one[int64](ctx, s, deleteSQL, int64(id), pq.Array(versions))
	if err == nil && !gone {
		if err = s.exists(ctx, id); err == nil {
			err = domain.ErrTicketChanged
		}
	}
	return failed(ctx, err, "delete ticket %d", id)
}

// ClosedBefore implements ports.TicketPurger.
func (s *Store) ClosedBefore(
	ctx context.Context, before time.Time, after ports.Position, limit int,
) ([]ports.ClosedTicket, *ports.Position, error) {
	list, err := rows[sqlstore.ClosedRow](ctx, s, closedBeforeSQL,
		timestamp(after.CreatedAt), after.ID, timestamp(before), limit+1)
	if err != nil {
		return nil, nil, failed(ctx, err, "look for closed tickets")
	}
	found, next := sqlstore.ClosedBefore(list, before, limit)
	return found, next, nil
}

// DeleteClosed implements ports.TicketPurger.
func (s *Store) DeleteClosed(ctx context.Context, ids []domain.TicketID, before time.Time) (int, error) {
	list := make(pq.Int64Array, len(ids))
	for i, id := range ids {
		list[i] = int64(id)
	}
	n, err := exec(ctx, s, deleteClosedSQL, list, timestamp(before))
	return int(n), failed(ctx, err, "delete closed tickets")
}
