package postgres

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// Foreign keys take along all that belongs to a ticket but the words that are not indexed yet.
const (
	versionSQL = `SELECT version FROM tickets WHERE id = $1`

	deleteSQL = `
WITH gone AS (
    DELETE FROM tickets WHERE id = $1 AND version = $2 RETURNING ` + deletedColumns + `
), unsaid AS (DELETE FROM ticket_words_new WHERE ticket_id IN (SELECT id FROM gone))
SELECT * FROM gone`

	closedBeforeSQL = `
SELECT ` + sqlstore.ClosedColumns + ` FROM tickets
WHERE status = 'closed' AND (created_at, id) > ($1, $2) AND created_at < $3
ORDER BY created_at, id LIMIT $4`

	deleteClosedSQL = `
WITH found AS MATERIALIZED (
    SELECT id FROM tickets WHERE id = ANY ($1) AND status = 'closed' AND ` + sqlstore.ClosedAt + ` < $2
    FOR UPDATE SKIP LOCKED
), unsaid AS (DELETE FROM ticket_words_new WHERE ticket_id IN (SELECT id FROM found))
DELETE FROM tickets WHERE id IN (SELECT id FROM found) RETURNING ` + deletedColumns
)

var tellDeletedSQL = `
WITH sent AS (
    SELECT ordinality AS n, id, types, state, NULL::json AS previous FROM ROWS FROM (
        json_to_recordset($1::json) AS (id bigint, types text[], state json)
    ) WITH ORDINALITY
)` + tellSQL(`sent`)

// deletedColumns are what an event of a deleted ticket shows.
const deletedColumns = `id, created_by, created_at, version, ` + sqlstore.SavedTicketColumns

// DeleteTicket implements ports.TicketDeleter. It deletes the version that it read, and reads again where
// that has changed meanwhile: a statement that waited for another's change would have its event before the
// other's.
func (s *Store) DeleteTicket(ctx context.Context, id domain.TicketID, versions []int64) error {
	for {
		version, there, err := one[int64](ctx, s, versionSQL, int64(id))
		switch {
		case err != nil:
		case !there:
			err = domain.ErrTicketNotFound
		case versions != nil && !slices.Contains(versions, version):
			err = domain.ErrTicketChanged
		default:
			var n int
			if n, err = s.delete(ctx, deleteSQL, int64(id), version); err == nil && n == 0 {
				continue
			}
		}
		return failed(ctx, err, "delete ticket %d", id)
	}
}

// delete runs a statement that deletes tickets and returns them, notes their events in the same transaction
// and returns their number.
func (s *Store) delete(ctx context.Context, query string, args ...any) (int, error) {
	return within(ctx, func() (int, error) {
		var gone []sqlstore.TicketRow
		err := s.change(ctx, func(tx *sqlx.Tx) error {
			if err := tx.SelectContext(ctx, &gone, query, args...); err != nil || len(gone) == 0 || !s.events {
				return err
			}
			events, err := json.Marshal(sqlstore.DeletedEvents(gone))
			if err == nil {
				_, err = tx.ExecContext(ctx, tellDeletedSQL, string(events))
			}
			return err
		})
		return len(gone), err
	})
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
	n, err := s.delete(ctx, deleteClosedSQL, list, timestamp(before))
	return n, failed(ctx, err, "delete closed tickets")
}
