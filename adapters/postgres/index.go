package postgres

import (
	"context"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

const (
	leaveWordsSQL = `INSERT INTO ticket_words_new (ticket_id, text) SELECT id, words FROM fresh`

	// indexNewSQL drops the words of tickets that were or are being deleted.
	indexNewSQL = `
WITH taken AS (
    DELETE FROM ticket_words_new
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM ticket_words_new LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING ticket_id, text
), known AS MATERIALIZED (
    SELECT id FROM tickets WHERE id = ANY (ARRAY(SELECT ticket_id FROM taken)) FOR KEY SHARE SKIP LOCKED
), indexed AS (
    INSERT INTO ticket_words (ticket_id, text)
    SELECT ticket_id, text FROM taken WHERE ticket_id IN (SELECT id FROM known)
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM taken`

	// stretchSQL ends a stretch of ids: a search for unindexed rows may find none in the whole table.
	stretchSQL = `
SELECT coalesce(max(id), 0) FROM (SELECT id FROM tickets WHERE id > $1 ORDER BY id LIMIT $2) AS stretch`

	unindexedSQL = `
SELECT id, title, description FROM tickets
WHERE id > $1 AND id <= $2 AND NOT EXISTS (SELECT FROM ticket_words WHERE ticket_id = id)
    AND NOT EXISTS (SELECT FROM ticket_words_new WHERE ticket_id = id)`

	indexSQL = `
WITH known AS MATERIALIZED (SELECT id FROM tickets WHERE id = ANY ($1::bigint[]) FOR KEY SHARE SKIP LOCKED)
INSERT INTO ticket_words (ticket_id, text)
SELECT id, text FROM unnest($1::bigint[], $2::text[]) AS sent(id, text) WHERE id IN (SELECT id FROM known)
ON CONFLICT DO NOTHING`
)

// words returns a text as ticket_words stores it: each word between two blanks, and an empty word between
// title and description.
func words(title, description string) string {
	return " " + sqlstore.Words(title) + "  " + sqlstore.Words(description) + " "
}

// IndexNew implements ports.TicketIndexer.
func (s *Store) IndexNew(ctx context.Context, limit int) (int, error) {
	n, _, err := one[int](ctx, s, indexNewSQL, limit)
	return n, failed(ctx, err, "index new tickets")
}

// IndexOlder implements ports.TicketIndexer.
func (s *Store) IndexOlder(ctx context.Context, after domain.TicketID, limit int) (domain.TicketID, error) {
	last, _, err := one[int64](ctx, s, stretchSQL, int64(after), limit)
	if err != nil || last == 0 {
		return 0, failed(ctx, err, "look for the next tickets")
	}
	list, err := rows[sqlstore.TextRow](ctx, s, unindexedSQL, int64(after), last)
	if err != nil || len(list) == 0 {
		return domain.TicketID(last), failed(ctx, err, "look for tickets that are not indexed")
	}
	ids, texts := make([]int64, len(list)), make([]string, len(list))
	for i, r := range list {
		ids[i], texts[i] = r.ID, words(r.Title, r.Description)
	}
	if _, err := exec(ctx, s, indexSQL, pq.Array(ids), pq.Array(texts)); err != nil {
		return 0, failed(ctx, err, "index older tickets")
	}
	return domain.TicketID(last), nil
}
