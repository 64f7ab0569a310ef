package postgres

import (
	"context"
	"iter"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/ports"
)

func labelledSQL() string {
	reviewed := sqlstore.ReviewedIDsSQL(placeholder(1), placeholder(2))
	return listSQL + ` WHERE id = ANY (ARRAY(` + reviewed + `)) ORDER BY id`
}

// LabelledTickets implements ports.LabelledTickets.
func (s *Store) LabelledTickets(ctx context.Context) iter.Seq2[ports.LabelledTicket, error] {
	return sqlstore.LabelledTickets(ctx, s.labelledPage)
}

func (s *Store) labelledPage(ctx context.Context, after int64) ([]sqlstore.TicketRow, error) {
	list, err := unprepared[sqlstore.TicketRow](ctx, s, labelledSQL(), after, sqlstore.LabelledPage)
	return list, failed(ctx, err, "read what people corrected and confirmed")
}
