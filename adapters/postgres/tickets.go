package postgres

import (
	"context"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

const ticketSQL = `SELECT ` + sqlstore.TicketColumns + ` FROM tickets WHERE id = $1`

// Ticket implements ports.TicketReader.
func (s *Store) Ticket(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
	row, err := s.ticket(ctx, id)
	if err == nil && row == nil {
		err = domain.ErrTicketNotFound
	}
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "read ticket %d", id)
	}
	return row.Ticket()
}

// ticket is nil if there is none.
func (s *Store) ticket(ctx context.Context, id domain.TicketID) (*sqlstore.TicketRow, error) {
	if s.batches.tickets != nil {
		return s.batches.tickets.Do(ctx, id)
	}
	found, err := s.readBatch(ctx, []domain.TicketID{id})
	return found[0], err
}

const ticketExistsSQL = `SELECT 1 FROM tickets WHERE id = $1`
