package postgres

import (
	"context"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// noteSQL appends to the record of tickets. The rows of from have an n, the id of a ticket and its record.
func noteSQL(from string) string {
	return `
    INSERT INTO classifications (ticket_id, ` + sqlstore.NewEntryColumns + `)
    SELECT ticket.id, ` + sqlstore.NewEntryColumns + `
    FROM (SELECT n, id, record FROM ` + from + `) AS ticket
        CROSS JOIN LATERAL unnest(record) WITH ORDINALITY AS entry
    ORDER BY n, ordinality`
}

const recordSQL = `SELECT ` + sqlstore.EntryColumns + ` FROM classifications`

// ListClassifications implements ports.RecordReader.
func (s *Store) ListClassifications(
	ctx context.Context, id domain.TicketID, p ports.Page,
) (ports.Slice[domain.Classification], error) {
	c := sqlstore.Anything(placeholder)
	c.Equal("ticket_id", int64(id))
	query, args := page(recordSQL, c, p)
	list, err := rows[sqlstore.EntryRow](ctx, s, query, args...)
	if err == nil && len(list) == 0 {
		err = s.exists(ctx, id)
	}
	if err != nil {
		return ports.Slice[domain.Classification]{}, failed(ctx, err, "list the record of ticket %d", id)
	}
	return sqlstore.EntrySlice(list, p.Limit)
}

func (s *Store) exists(ctx context.Context, id domain.TicketID) error {
	_, there, err := one[int](ctx, s, ticketExistsSQL, int64(id))
	if err == nil && !there {
		return domain.ErrTicketNotFound
	}
	return err
}
