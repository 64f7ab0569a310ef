package sqlite

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

var addTicketSQL = `
INSERT INTO tickets (` + sqlstore.NewTicketColumns + `, announced_at, claimed_until, attempts)
VALUES (` + sqlstore.EachColumn(sqlstore.NewTicketColumns, `:%s`) + `,
    :announced_at, :claimed_until, :attempts)
RETURNING id`

// newTicket is what addTicketSQL names.
type newTicket struct {
	sqlstore.TicketRow
	AnnouncedAt  sqlstore.Moment  `db:"announced_at"`
	ClaimedUntil *sqlstore.Moment `db:"claimed_until"`
	Attempts     int              `db:"attempts"`
}

// newRow returns t as a row that is claimed from the start if lease is above 0.
func newRow(t domain.Ticket, lease time.Duration) newTicket {
	n := now()
	row := newTicket{TicketRow: sqlstore.NewTicketRow(t), AnnouncedAt: sqlstore.Moment{Time: n}}
	if lease > 0 && t.AIStatus() == domain.AIStatusPending {
		row.ClaimedUntil, row.Attempts = &sqlstore.Moment{Time: n.Add(lease)}, 1
	}
	return row
}

// AddTicket implements ports.TicketAdder.
func (s *Store) AddTicket(ctx context.Context, t domain.Ticket, lease time.Duration) (domain.Ticket, error) {
	var id int64
	err := s.change(ctx, func(tx *sqlx.Tx) error {
		ids, err := s.insertTickets(ctx, tx, lease, t)
		if err != nil {
			return err
		}
		id = ids[0]
		return nil
	})
	if isForeignKey(err) {
		err = domain.ErrCreatorGone.With(err)
	}
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "add a ticket")
	}
	return t.Stored(domain.TicketID(id)), nil
}

// insertTickets stores tickets with their words, what they add to the record and their events, and returns
// their ids.
func (s *Store) insertTickets(
	ctx context.Context, tx *sqlx.Tx, lease time.Duration, list ...domain.Ticket,
) ([]int64, error) {
	add, err := tx.PrepareNamedContext(ctx, addTicketSQL)
	if err != nil {
		return nil, err
	}
	defer add.Close() // the transaction's end closes it too
	ids := make([]int64, len(list))
	for i, t := range list {
		if err := add.GetContext(ctx, &ids[i], newRow(t, lease)); err != nil {
			return nil, err
		}
		if err := addWords(ctx, tx, ids[i], t.Text().Title(), t.Text().Description()); err != nil {
			return nil, err
		}
		if err := addEntries(ctx, tx, ids[i], t.NewEntries()); err != nil {
			return nil, err
		}
		if err := s.tell(ctx, tx, ids[i], t); err != nil {
			return nil, err
		}
	}
	return ids, nil
}
