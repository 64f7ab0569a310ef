package sqlite

import (
	"context"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

const ticketSQL = `SELECT ` + sqlstore.TicketColumns + ` FROM tickets WHERE id = ?1`

// Ticket implements ports.TicketReader.
func (s *Store) Ticket(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
	row, found, err := sqlstore.One[sqlstore.TicketRow](ctx, s.read, ticketSQL, int64(id))
	if err == nil && !found {
		err = domain.ErrTicketNotFound
	}
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "read ticket %d", id)
	}
	return row.Ticket()
}

const ticketExistsSQL = `SELECT 1 FROM tickets WHERE id = ?1`
