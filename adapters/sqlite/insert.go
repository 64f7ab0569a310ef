package sqlite

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

var addTicketSQL = `
INSERT INTO tickets (` + sqlstore.NewTicketColumns + `, announced_at, claimed_until, claimed_by, attempts)
VALUES (` + sqlstore.EachColumn(sqlstore.NewTicketColumns, `:%s`) + `,
    :announced_at, :claimed_until, nullif(:claimed_by, 0), :attempts)
RETURNING id`

// newTicket is what addTicketSQL names.
type newTicket struct {
	sqlstore.TicketRow
	AnnouncedAt  sqlstore.Moment  `db:"announced_at"`
	ClaimedUntil *sqlstore.Moment `db:"claimed_until"`
	ClaimedBy    int64            `db:"claimed_by"`
	Attempts     int              `db:"attempts"`
}

// newRow returns t as a row that is claimed from the start if there is a lease.
func newRow(t domain.Ticket, lease ports.Lease) newTicket {
	n := now()
	row := newTicket{TicketRow: sqlstore.NewTicketRow(t), AnnouncedAt: sqlstore.Moment{Time: n}}
	if lease.Time > 0 && t.AIStatus() == domain.AIStatusPending {
		row.ClaimedUntil, row.ClaimedBy = &sqlstore.Moment{Time: n.Add(lease.Time)}, int64(lease.By)
		row.Attempts = 1
	}
	return row
}

// AddTicket implements ports.TicketAdder.
func (s *Store) AddTicket(ctx context.Context, t domain.Ticket, lease ports.Lease) (domain.Ticket, error) {
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
	ctx context.Context, tx *sqlx.Tx, lease ports.Lease, list ...domain.Ticket,
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
