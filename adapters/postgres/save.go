package postgres

import (
	"context"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

const (
	// sameRound: the row stays pending in its round, so its claim outlives the save.
	sameRound = `$5::ai_status_enum = 'pending' AND round = $10`

	// The creator is not written: he may be gone by now.
	saveTicketSQL = saveSQL + `WHERE id = $1 AND version = $2` + savedSQL

	// saveFreeSQL leaves the ticket alone if somebody else is changing it.
	saveFreeSQL = saveSQL + `WHERE id = (SELECT id FROM tickets WHERE id = $1 AND version = $2 FOR NO KEY UPDATE SKIP LOCKED)` + savedSQL

	saveSQL = `
WITH ticket AS (
    UPDATE tickets SET status = $4, ai_status = $5, category = $6, priority = $7, ai_confidence = $8, classified_by = $9,
        round = $10, version = version + 1, review = $11, needs_review = $12, audit = $13, confidence_unknown = $14,
        claimed_until   = CASE WHEN ` + sameRound + ` THEN claimed_until END,
        next_attempt_at = CASE WHEN ` + sameRound + ` THEN next_attempt_at END,
        last_error      = CASE WHEN ` + sameRound + ` THEN last_error END,
        throttled_since = CASE WHEN ` + sameRound + ` THEN throttled_since END,
        attempts        = CASE WHEN ` + sameRound + ` THEN attempts ELSE 0 END,
        announced_at    = CASE WHEN round = $10 THEN announced_at ELSE now() END
    `
	savedSQL = `
    RETURNING id
), noted AS (` + noteSQL + `$3` + noteFromSQL + `)
SELECT EXISTS (SELECT FROM ticket) AS saved, EXISTS (SELECT FROM tickets WHERE id = $1) AS there`
)

type saveRow struct {
	Saved bool `db:"saved"`
	There bool `db:"there"`
}

// SaveTicket implements ports.TicketSaver.
func (s *Store) SaveTicket(ctx context.Context, t domain.Ticket) error {
	row, err := together(ctx, s.batches.saves, t, func() (saveRow, error) { return s.save(ctx, saveTicketSQL, t) })
	switch {
	case err == nil && row.Saved:
		return nil
	case err == nil && row.There:
		err = domain.ErrTicketChanged
	case err == nil:
		err = domain.ErrTicketNotFound
	}
	return failed(ctx, err, "save ticket %d", t.ID())
}

func (s *Store) save(ctx context.Context, query string, t domain.Ticket) (saveRow, error) {
	entries, err := entriesJSON(t.NewEntries()...)
	if err != nil {
		return saveRow{}, err
	}
	confidence, unknown := sqlstore.Confidence(t)
	row, _, err := one[saveRow](ctx, s, query, int64(t.ID()), t.Version(), entries,
		t.Status().String(), t.AIStatus().String(), sqlstore.Label(t.Category()), sqlstore.Label(t.Priority()), confidence,
		sqlstore.Label(t.ClassifiedBy()), int64(t.Round()), sqlstore.Label(t.Review()), t.NeedsReview(), t.Snapshot().Audit, unknown)
	return row, err
}
