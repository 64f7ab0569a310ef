package postgres

import (
	"context"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

// sameRound is true of a row that stays pending in its round: its claim, due time and attempts outlive the
// save.
const sameRound = `sent.ai_status = 'pending' AND stored.round = sent.round`

// changedNow notes a change that no verb of the domain makes.
const changedNow = `version = version + 1, updated_at = greatest(coalesce(updated_at, created_at), now())`

var (
	saveSQL = updateSQL(``)

	// saveFreeSQL skips tickets that another transaction is changing.
	saveFreeSQL = updateSQL(`SKIP LOCKED`)

	// toldSaves writes events.
	toldSaves = `, told AS (` + tellSQL(`sent JOIN saved USING (id)`) + `)`
)

// updateSQL saves the rows whose version is still the one that was read. The second comparison of the
// version tells the planner that there are few rows, so that it looks them up by id even if it plans while
// the table is empty.
func updateSQL(locked string) updateQuery {
	return updateQuery{updatingSQL(locked, ``), updatingSQL(locked, toldSaves)}
}

// updateQuery saves tickets, without and with their events.
type updateQuery [2]string

func updatingSQL(locked, told string) string {
	return `
WITH sent AS MATERIALIZED (` +
		sentSQL(`record, types, state, previous, id, version, `+sqlstore.SavedTicketColumns) + `
), saved AS (
    UPDATE tickets AS stored SET (` + sqlstore.SavedTicketColumns + `)
            = ROW(` + sqlstore.EachColumn(sqlstore.SavedTicketColumns, `sent.%s`) + `),
        version         = stored.version + 1,
        claimed_until   = CASE WHEN ` + sameRound + ` THEN claimed_until END,
        claimed_by      = CASE WHEN ` + sameRound + ` THEN claimed_by END,
        next_attempt_at = CASE WHEN ` + sameRound + ` THEN next_attempt_at END,
        last_error      = CASE WHEN ` + sameRound + ` THEN last_error END,
        throttled_since = CASE WHEN ` + sameRound + ` THEN throttled_since END,
        attempts        = CASE WHEN ` + sameRound + ` THEN attempts ELSE 0 END,
        announced_at    = CASE WHEN stored.round = sent.round THEN announced_at ELSE now() END
    FROM sent JOIN LATERAL (
        SELECT id AS free_id, version AS free_version FROM tickets
        WHERE id = sent.id AND version = sent.version FOR NO KEY UPDATE ` + locked + `
    ) AS free ON free_version = sent.version
    WHERE stored.id = free_id
    RETURNING stored.id
), noted AS (` + noteSQL(`sent JOIN saved USING (id)`) + `)` + told + `
SELECT n FROM sent JOIN saved USING (id)`
}

// SaveTicket implements ports.TicketSaver.
func (s *Store) SaveTicket(ctx context.Context, t domain.Ticket) error {
	_, err := batched(ctx, s.batches.saves, t, func() (int, error) { return s.save(ctx, t) })
	return failed(ctx, err, "save ticket %d", t.ID())
}

func (s *Store) save(ctx context.Context, t domain.Ticket) (int, error) {
	saved, err := s.update(ctx, saveSQL, []domain.Ticket{t})
	if err == nil && len(saved) == 0 {
		if err = s.exists(ctx, t.ID()); err == nil {
			err = domain.ErrTicketChanged
		}
	}
	return len(saved), err
}

// update returns the places of the tickets that were saved.
func (s *Store) update(ctx context.Context, q updateQuery, list []domain.Ticket) ([]int, error) {
	args, err := s.sent(list, sqlstore.SavedTicketRow, make([]along, len(list)))
	if err != nil {
		return nil, err
	}
	return rows[int](ctx, s, q[index(s.events)], args...)
}

func (s *Store) saveBatch(ctx context.Context, list []domain.Ticket) ([]*int, error) {
	saved, err := s.update(ctx, saveFreeSQL, list)
	out := make([]*int, len(list))
	for i, n := range saved {
		out[n] = &saved[i]
	}
	return out, err
}
