package postgres

import (
	"context"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

const (
	// sameRoundOf is sameRound for rows that are sent together.
	sameRoundOf = `sent.ai_status = 'pending' AND stored.round = sent.round`

	// saveTogetherSQL leaves out the tickets that were changed or are being changed. That the version is compared twice tells the planner
	// how few rows there are: it looks them up by their ids, even if it plans while the table is empty.
	saveTogetherSQL = `
WITH ticket AS (
    UPDATE tickets AS stored SET status = sent.status::status_enum, ai_status = sent.ai_status::ai_status_enum,
        category = nullif(sent.category, '')::category_enum, priority = nullif(sent.priority, '')::priority_enum,
        ai_confidence = nullif(sent.ai_confidence, -1), classified_by = nullif(sent.classified_by, ''),
        round = sent.round, version = stored.version + 1, review = nullif(sent.review, ''),
        needs_review = sent.needs_review, audit = sent.audit, confidence_unknown = sent.unknown,
        claimed_until   = CASE WHEN ` + sameRoundOf + ` THEN claimed_until END,
        next_attempt_at = CASE WHEN ` + sameRoundOf + ` THEN next_attempt_at END,
        last_error      = CASE WHEN ` + sameRoundOf + ` THEN last_error END,
        throttled_since = CASE WHEN ` + sameRoundOf + ` THEN throttled_since END,
        attempts        = CASE WHEN ` + sameRoundOf + ` THEN attempts ELSE 0 END,
        announced_at    = CASE WHEN stored.round = sent.round THEN announced_at ELSE now() END
    FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[]), (SELECT $3::text[]), (SELECT $4::text[]), (SELECT $5::text[]), (SELECT $6::text[]), (SELECT $7::double precision[]), (SELECT $8::text[]),
            (SELECT $9::bigint[]), (SELECT $10::text[]), (SELECT $11::boolean[]), (SELECT $12::boolean[]), (SELECT $13::boolean[]))
        AS sent(ticket_id, version, status, ai_status, category, priority, ai_confidence, classified_by, round, review, needs_review, audit, unknown)
    JOIN LATERAL (
        SELECT id AS ticket_id, version FROM tickets WHERE id = sent.ticket_id AND version = sent.version FOR NO KEY UPDATE SKIP LOCKED
    ) AS free ON free.version = sent.version
    WHERE stored.id = free.ticket_id
    RETURNING stored.id
), noted AS (` + noteTogetherSQL + `$14` + noteTogetherFromSQL + `)
SELECT id FROM ticket`
)

func (s *Store) saveTogether(ctx context.Context, sent []domain.Ticket) ([]*saveRow, error) {
	if len(sent) == 1 {
		row, err := s.save(ctx, saveFreeSQL, sent[0])
		if err != nil || !row.Saved {
			return []*saveRow{nil}, err
		}
		return []*saveRow{&row}, nil
	}
	args, err := saveColumns(sent)
	if err != nil {
		return nil, err
	}
	saved, err := rows[int64](ctx, s, saveTogetherSQL, args...)
	there := make(map[int64]bool, len(saved))
	for _, id := range saved {
		there[id] = true
	}
	out := make([]*saveRow, len(sent))
	for i, t := range sent {
		if there[int64(t.ID())] {
			out[i] = &saveRow{Saved: true, There: true}
		}
	}
	return out, err
}

func saveColumns(sent []domain.Ticket) ([]any, error) {
	n := len(sent)
	ids, versions, rounds := make(pq.Int64Array, n), make(pq.Int64Array, n), make(pq.Int64Array, n)
	status, ai, by, review := make(pq.StringArray, n), make(pq.StringArray, n), make(pq.StringArray, n), make(pq.StringArray, n)
	category, priority, confidence := make(pq.StringArray, n), make(pq.StringArray, n), make(pq.Float64Array, n)
	needsReview, audit, unknown := make(pq.BoolArray, n), make(pq.BoolArray, n), make(pq.BoolArray, n)
	var entries []entryOf
	for i, t := range sent {
		ids[i], versions[i], rounds[i] = int64(t.ID()), t.Version(), int64(t.Round())
		status[i], ai[i], by[i], review[i] = t.Status().String(), t.AIStatus().String(), t.ClassifiedBy().String(), t.Review().String()
		category[i], priority[i], confidence[i] = t.Category().String(), t.Priority().String(), -1
		var figure *float64
		if figure, unknown[i] = sqlstore.Confidence(t); figure != nil {
			confidence[i] = *figure
		}
		needsReview[i], audit[i] = t.NeedsReview(), t.Snapshot().Audit
		for _, c := range t.NewEntries() {
			entries = append(entries, entryOf{ids[i], sqlstore.Entry(c)})
		}
	}
	record, err := entriesTogether(entries)
	return []any{ids, versions, status, ai, category, priority, confidence, by, rounds, review, needsReview, audit, unknown, record}, err
}
