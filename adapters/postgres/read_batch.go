package postgres

import (
	"context"
	"slices"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

const (
	// readBatchSQL looks each id up by itself, whatever the planner knows of the table. The array is in a
	// subquery to hide its length: the planner would plan each length anew, which costs more than the work.
	readBatchSQL = `
SELECT found.* FROM unnest((SELECT $1::bigint[])) AS sent(ticket_id)
CROSS JOIN LATERAL (
    SELECT ` + sqlstore.TicketColumns + ` FROM tickets WHERE id = sent.ticket_id LIMIT 1
) AS found`

	creatorsBatchSQL = `
SELECT sent.user_id AS asked, admin.id AS admin, found.id AS requested
FROM unnest((SELECT $1::bigint[])) AS sent(user_id)
LEFT JOIN (
    SELECT id FROM users WHERE name = '` + domain.AdminName + `' ORDER BY created_at, id LIMIT 1
) AS admin ON true
LEFT JOIN LATERAL (SELECT id FROM users WHERE id = sent.user_id LIMIT 1) AS found ON true`
)

func (s *Store) readBatch(ctx context.Context, ids []domain.TicketID) ([]*sqlstore.TicketRow, error) {
	if len(ids) == 1 {
		found, err := rows[sqlstore.TicketRow](ctx, s, ticketSQL, int64(ids[0]))
		return rowsOf(ids, found), err
	}
	asked := make(pq.Int64Array, len(ids))
	for i, id := range ids {
		asked[i] = int64(id)
	}
	found, err := rows[sqlstore.TicketRow](ctx, s, readBatchSQL, distinct(asked))
	return rowsOf(ids, found), err
}

func rowsOf(ids []domain.TicketID, found []sqlstore.TicketRow) []*sqlstore.TicketRow {
	return byID(
		ids, func(id domain.TicketID) int64 { return int64(id) },
		found, func(r *sqlstore.TicketRow) int64 { return r.ID },
	)
}

type askedRow struct {
	Asked int64 `db:"asked"`
	sqlstore.CreatorsRow
}

func (s *Store) creatorsBatch(ctx context.Context, requested []domain.UserID) ([]*askedRow, error) {
	if len(requested) == 1 {
		row, err := s.creators(ctx, requested[0])
		return []*askedRow{&row}, err
	}
	asked := make(pq.Int64Array, len(requested))
	for i, id := range requested {
		asked[i] = int64(id)
	}
	found, err := rows[askedRow](ctx, s, creatorsBatchSQL, distinct(asked))
	return byID(
		requested, func(id domain.UserID) int64 { return int64(id) },
		found, func(r *askedRow) int64 { return r.Asked },
	), err
}

// distinct returns the ids sorted, each once.
func distinct(ids pq.Int64Array) pq.Int64Array {
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}
