package postgres

import (
	"context"
	"encoding/json"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	knownImportsSQL = `
SELECT key, id, title, description FROM import_keys JOIN tickets ON tickets.id = ticket_id
WHERE source = $1 AND key = ANY ($2)`

	// The ids are taken first, so that one statement stores the tickets with all that names them. Of two imports at once the second
	// waits at the first key they share.
	addImportedSQL = `
WITH fresh AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('tickets', 'id')) AS id, unknown.*
    FROM (
        SELECT * FROM json_to_recordset($2::json) AS sent(n integer, key text, title text, description text, status status_enum,
            ai_status ai_status_enum, category category_enum, priority priority_enum, ai_confidence double precision,
            classified_by text, created_by bigint, created_at timestamptz, round bigint, version bigint, review text,
            needs_review boolean, audit boolean, confidence_unknown boolean, record json, words text)
        WHERE NOT EXISTS (SELECT FROM import_keys WHERE source = $1 AND import_keys.key = sent.key)
        ORDER BY n
    ) AS unknown
), named AS (
    INSERT INTO import_keys (source, key, ticket_id) SELECT $1, key, id FROM fresh ORDER BY key
    ON CONFLICT DO NOTHING RETURNING ticket_id AS id
), ticket AS (
    INSERT INTO tickets (id, title, description, status, ai_status, category, priority, ai_confidence, classified_by, created_by,
        created_at, round, version, review, needs_review, audit, confidence_unknown)
    SELECT id, title, description, status, ai_status, category, priority, ai_confidence, classified_by, created_by,
        created_at, round, version, review, needs_review, audit, confidence_unknown
    FROM fresh JOIN named USING (id) ORDER BY n
), said AS (
    INSERT INTO ticket_words_new (ticket_id, text) SELECT id, words FROM fresh JOIN named USING (id)
), noted AS (
    INSERT INTO classifications (ticket_id, ` + sqlstore.NewEntryColumns + `)
    SELECT fresh.id, entry.*
    FROM fresh JOIN named USING (id) CROSS JOIN LATERAL json_to_recordset(record) AS entry(` + entryTypes + `)
)
SELECT n, id FROM fresh JOIN named USING (id) ORDER BY n`
)

// KnownImports implements ports.TicketImporter.
func (s *Store) KnownImports(ctx context.Context, source string, keys []string) (map[string]ports.KnownImport, error) {
	known, err := rows[sqlstore.KnownRow](ctx, s, knownImportsSQL, source, pq.Array(keys))
	if err != nil {
		return nil, failed(ctx, err, "look up imported tickets")
	}
	return sqlstore.Known(known), nil
}

type importRow struct {
	sqlstore.ImportRow
	Words string `json:"words"`
}

// AddImported implements ports.TicketImporter.
func (s *Store) AddImported(ctx context.Context, source string, tickets []ports.ImportedTicket) ([]domain.Ticket, error) {
	sent := make([]importRow, len(tickets))
	for n, t := range tickets {
		sent[n] = importRow{sqlstore.NewImportRow(n, t), words(t.Ticket.Text().Title(), t.Ticket.Text().Description())}
	}
	text, err := json.Marshal(sent)
	if err != nil {
		return nil, failed(ctx, err, "add imported tickets")
	}
	added, err := rows[sqlstore.AddedRow](ctx, s, addImportedSQL, source, string(text))
	if err != nil {
		return nil, failed(ctx, err, "add imported tickets")
	}
	return sqlstore.Added(tickets, added), nil
}
