package sqlite

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const addEntrySQL = `
INSERT INTO classifications (ticket_id, round, source, model, prompt_version, category, priority, confidence, priority_confidence,
    reason, attempt, latency_us, input_tokens, output_tokens, error_code, created_at, confidence_unknown)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)`

func addEntries(ctx context.Context, tx *sqlx.Tx, ticket int64, entries []domain.Classification) error {
	for _, c := range entries {
		e := sqlstore.Entry(c)
		_, err := tx.ExecContext(ctx, addEntrySQL, ticket, e.Round, e.Source, e.Model, e.PromptVersion, e.Category, e.Priority,
			e.Confidence, e.PriorityConfidence, e.Reason, e.Attempt, e.LatencyUS, e.InputTokens, e.OutputTokens, e.ErrorCode,
			e.CreatedAt.UnixMicro(), e.Unknown)
		if err != nil {
			return err
		}
	}
	return nil
}

const recordSQL = `SELECT ` + sqlstore.EntryColumns + ` FROM classifications`

// ListClassifications implements ports.RecordReader.
func (s *Store) ListClassifications(ctx context.Context, id domain.TicketID, p ports.Page) (ports.Slice[domain.Classification], error) {
	c := sqlstore.Anything(placeholder)
	c.Equal("ticket_id", int64(id))
	query, args := page(recordSQL, c, p)
	rows, err := sqlstore.Rows[sqlstore.EntryRow](ctx, s.read, query, args...)
	if err == nil && len(rows) == 0 {
		var there bool
		if _, there, err = sqlstore.One[int](ctx, s.read, ticketExistsSQL, int64(id)); err == nil && !there {
			err = domain.ErrTicketNotFound
		}
	}
	if err != nil {
		return ports.Slice[domain.Classification]{}, failed(ctx, err, "list the record of ticket %d", id)
	}
	return sqlstore.EntrySlice(rows, p.Limit)
}
