package sqlite

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

// Claims outlive the save of a row that stays pending in its round. The creator is not written: he may be gone by now.
const saveTicketSQL = `
UPDATE tickets SET status = ?3, ai_status = ?4, category = ?5, priority = ?6, ai_confidence = ?7, classified_by = ?8,
    round = ?9, version = version + 1, review = ?11, needs_review = ?12, audit = ?13, confidence_unknown = ?14,
    claimed_until   = CASE WHEN ?4 = 'pending' AND round = ?9 THEN claimed_until END,
    next_attempt_at = CASE WHEN ?4 = 'pending' AND round = ?9 THEN next_attempt_at END,
    last_error      = CASE WHEN ?4 = 'pending' AND round = ?9 THEN last_error END,
    throttled_since = CASE WHEN ?4 = 'pending' AND round = ?9 THEN throttled_since END,
    attempts        = CASE WHEN ?4 = 'pending' AND round = ?9 THEN attempts ELSE 0 END,
    announced_at    = CASE WHEN round = ?9 THEN announced_at ELSE ?10 END
WHERE id = ?1 AND version = ?2`

// SaveTicket implements ports.TicketSaver.
func (s *Store) SaveTicket(ctx context.Context, t domain.Ticket) error {
	err := s.change(ctx, func(tx *sqlx.Tx) error {
		confidence, unknown := sqlstore.Confidence(t)
		result, err := tx.ExecContext(ctx, saveTicketSQL, int64(t.ID()), t.Version(), t.Status().String(), t.AIStatus().String(),
			sqlstore.Label(t.Category()), sqlstore.Label(t.Priority()), confidence, sqlstore.Label(t.ClassifiedBy()),
			int64(t.Round()), now().UnixMicro(), sqlstore.Label(t.Review()), t.NeedsReview(), t.Snapshot().Audit, unknown)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return changedOrMissing(ctx, tx, t.ID(), err)
		}
		return addEntries(ctx, tx, int64(t.ID()), t.NewEntries())
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
