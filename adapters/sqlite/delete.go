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

// Foreign keys and a trigger take along all that belongs to a ticket.
const (
	deleteSQL = `
DELETE FROM tickets WHERE id = ?1 AND (?2 = 'null' OR version IN (SELECT value FROM json_each(?2)))
RETURNING ` + deletedColumns

	// closedBeforeSQL has two parts for the same reason as a page of a list.
	closedBeforeSQL = `
SELECT ` + sqlstore.ClosedColumns + ` FROM tickets
WHERE status = 'closed' AND created_at = ?1 AND id > ?2 AND created_at < ?3
UNION ALL
SELECT ` + sqlstore.ClosedColumns + ` FROM tickets
WHERE status = 'closed' AND created_at > ?1 AND created_at < ?3
ORDER BY created_at, id LIMIT ?4`

	deleteClosedSQL = `
DELETE FROM tickets
WHERE id IN (SELECT value FROM json_each(?1)) AND status = 'closed' AND ` + sqlstore.ClosedAt + ` < ?2
RETURNING ` + deletedColumns

	// deletedColumns are what an event of a deleted ticket shows.
	deletedColumns = `id, created_by, created_at, version, ` + sqlstore.SavedTicketColumns
)

// DeleteTicket implements ports.TicketDeleter.
func (s *Store) DeleteTicket(ctx context.Context, id domain.TicketID, versions []int64) error {
	list, err := json.Marshal(versions) // nil is null
	if err != nil {
		return failed(ctx, err, "delete ticket %d", id)
	}
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		n, err := s.delete(ctx, tx, deleteSQL, int64(id), string(list))
		if err != nil || n == 0 {
			return changedOrMissing(ctx, tx, id, err)
		}
		return nil
	})
	return failed(ctx, err, "delete ticket %d", id)
}

// ClosedBefore implements ports.TicketPurger.
func (s *Store) ClosedBefore(
	ctx context.Context, before time.Time, after ports.Position, limit int,
) ([]ports.ClosedTicket, *ports.Position, error) {
	rows, err := sqlstore.Rows[sqlstore.ClosedRow](ctx, s.read, closedBeforeSQL,
		after.CreatedAt.UnixMicro(), after.ID, before.UnixMicro(), limit+1)
	if err != nil {
		return nil, nil, failed(ctx, err, "look for closed tickets")
	}
	found, next := sqlstore.ClosedBefore(rows, before, limit)
	return found, next, nil
}

// DeleteClosed implements ports.TicketPurger. Nobody else changes a ticket meanwhile.
func (s *Store) DeleteClosed(ctx context.Context, ids []domain.TicketID, before time.Time) (int, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return 0, failed(ctx, err, "delete closed tickets")
	}
	var n int
	err = s.change(ctx, func(tx *sqlx.Tx) (err error) {
		n, err = s.delete(ctx, tx, deleteClosedSQL, string(list), before.UnixMicro())
		return err
	})
	return n, failed(ctx, err, "delete closed tickets")
}

// delete runs a statement that deletes tickets and returns them, notes their events and returns their number.
func (s *Store) delete(ctx context.Context, tx *sqlx.Tx, query string, args ...any) (int, error) {
	var gone []sqlstore.TicketRow
	if err := tx.SelectContext(ctx, &gone, query, args...); err != nil || !s.events {
		return len(gone), err
	}
	for _, d := range sqlstore.DeletedEvents(gone) {
		if err := addEvents(ctx, tx, d.ID, d.NewEvents); err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}
