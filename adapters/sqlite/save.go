package sqlite

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

// sameRound is true of a row that stays pending in its round: its claim, due time and attempts outlive the
// save.
const sameRound = `:ai_status = 'pending' AND round = :round`

var saveTicketSQL = `
UPDATE tickets SET (` + sqlstore.SavedTicketColumns + `)
        = (` + sqlstore.EachColumn(sqlstore.SavedTicketColumns, `:%s`) + `),
    version         = version + 1,
    claimed_until   = CASE WHEN ` + sameRound + ` THEN claimed_until END,
    claimed_by      = CASE WHEN ` + sameRound + ` THEN claimed_by END,
    next_attempt_at = CASE WHEN ` + sameRound + ` THEN next_attempt_at END,
    last_error      = CASE WHEN ` + sameRound + ` THEN last_error END,
    throttled_since = CASE WHEN ` + sameRound + ` THEN throttled_since END,
    attempts        = CASE WHEN ` + sameRound + ` THEN attempts ELSE 0 END,
    announced_at    = CASE WHEN round = :round THEN announced_at ELSE :now END
WHERE id = :id AND version = :version`

// savedTicket is what saveTicketSQL names.
type savedTicket struct {
	sqlstore.TicketRow
	Now sqlstore.Moment `db:"now"`
}

// changedAt notes a change at ?2 that no verb of the domain makes.
const changedAt = `version = version + 1, updated_at = max(coalesce(updated_at, created_at), ?2)`

// SaveTicket implements ports.TicketSaver.
func (s *Store) SaveTicket(ctx context.Context, t domain.Ticket) error {
	err := s.change(ctx, func(tx *sqlx.Tx) error {
		row := savedTicket{sqlstore.SavedTicketRow(t), sqlstore.Moment{Time: now()}}
		n, err := sqlstore.Changed(tx.NamedExecContext(ctx, saveTicketSQL, row))
		if err != nil || n == 0 {
			return changedOrMissing(ctx, tx, t.ID(), err)
		}
		if err := addEntries(ctx, tx, int64(t.ID()), t.NewEntries()); err != nil {
			return err
		}
		return s.tell(ctx, tx, int64(t.ID()), t)
	})
	return failed(ctx, err, "save ticket %d", t.ID())
}

func changedOrMissing(ctx context.Context, tx *sqlx.Tx, id domain.TicketID, err error) error {
	if err != nil {
		return err
	}
	var there []int
	if err := tx.SelectContext(ctx, &there, ticketExistsSQL, int64(id)); err != nil {
		return err
	}
	if len(there) == 0 {
		return domain.ErrTicketNotFound
	}
	return domain.ErrTicketChanged
}
