package sqlite

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

var addEntrySQL = `
INSERT INTO classifications (ticket_id, ` + sqlstore.NewEntryColumns + `)
VALUES (:ticket_id, ` + sqlstore.EachColumn(sqlstore.NewEntryColumns, `:%s`) + `)`

// newEntry is what addEntrySQL names.
type newEntry struct {
	TicketID int64 `db:"ticket_id"`
	sqlstore.EntryRow
}

func addEntries(ctx context.Context, tx *sqlx.Tx, ticket int64, entries []domain.Classification) error {
	for _, e := range sqlstore.NewEntryRows(entries) {
		if _, err := tx.NamedExecContext(ctx, addEntrySQL, newEntry{ticket, e}); err != nil {
			return err
		}
	}
	return nil
}

const recordSQL = `SELECT ` + sqlstore.EntryColumns + ` FROM classifications`

// ListClassifications implements ports.RecordReader.
func (s *Store) ListClassifications(
	ctx context.Context, id domain.TicketID, p ports.Page,
) (ports.Slice[domain.Classification], error) {
	c := sqlstore.Anything(placeholder)
	c.Equal("ticket_id", int64(id))
	query, args := page(recordSQL, c, p)
	rows, err := sqlstore.Rows[sqlstore.EntryRow](ctx, s.read, query, args...)
	if err == nil && len(rows) == 0 {
		err = s.exists(ctx, id)
	}
	if err != nil {
		return ports.Slice[domain.Classification]{}, failed(ctx, err, "list the record of ticket %d", id)
	}
	return sqlstore.EntrySlice(rows, p.Limit)
}

func (s *Store) exists(ctx context.Context, id domain.TicketID) error {
	_, there, err := sqlstore.One[int](ctx, s.read, ticketExistsSQL, int64(id))
	if err == nil && !there {
		return domain.ErrTicketNotFound
	}
	return err
}
