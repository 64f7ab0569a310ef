package postgres

import (
	"context"
	"encoding/json"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// noteSQL, a parameter with entriesJSON, and noteFromSQL append to the record of the rows of "ticket", which precedes them in the
// statement. So one statement takes any number of entries.
const (
	noteSQL = `
    INSERT INTO classifications (ticket_id, ` + sqlstore.NewEntryColumns + `)
    SELECT ticket.id, ` + sqlstore.NewEntryColumns + `
    FROM ticket, json_to_recordset(`
	noteFromSQL = `::json) AS entry(` + entryTypes + `)`
	// entryTypes are sqlstore.NewEntryColumns with their types.
	entryTypes = `round bigint, source text, model text, prompt_version text, category category_enum,
        priority priority_enum, confidence double precision, priority_confidence double precision, reason text, attempt integer,
        latency_us bigint, input_tokens bigint, output_tokens bigint, error_code text, created_at timestamptz, confidence_unknown boolean`
)

// noteTogetherSQL, a parameter with entriesTogether, and noteTogetherFromSQL append to the record of the rows of "ticket", each entry to
// its own.
const (
	noteTogetherSQL = `
    INSERT INTO classifications (ticket_id, ` + sqlstore.NewEntryColumns + `)
    SELECT ticket.id, ` + sqlstore.NewEntryColumns + `
    FROM ticket JOIN ROWS FROM (json_to_recordset(`
	noteTogetherFromSQL = `::json) AS (ticket_id bigint, ` + entryTypes + `)) WITH ORDINALITY AS entry ON ticket_id = ticket.id
    ORDER BY ordinality`
)

// entryOf is an entry with the ticket that it belongs to.
type entryOf struct {
	TicketID int64 `json:"ticket_id"`
	sqlstore.EntryRow
}

func entriesTogether(entries []entryOf) (string, error) {
	if len(entries) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal(entries)
	return string(text), err
}

func entriesJSON(entries ...domain.Classification) (string, error) {
	rows := make([]sqlstore.EntryRow, len(entries))
	for i, c := range entries {
		rows[i] = sqlstore.Entry(c)
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

const recordSQL = `SELECT ` + sqlstore.EntryColumns + ` FROM classifications`

// ListClassifications implements ports.RecordReader.
func (s *Store) ListClassifications(ctx context.Context, id domain.TicketID, p ports.Page) (ports.Slice[domain.Classification], error) {
	c := sqlstore.Anything(placeholder)
	c.Equal("ticket_id", int64(id))
	query, args := page(recordSQL, c, p)
	list, err := rows[sqlstore.EntryRow](ctx, s, query, args...)
	if err == nil && len(list) == 0 {
		err = s.exists(ctx, id)
	}
	if err != nil {
		return ports.Slice[domain.Classification]{}, failed(ctx, err, "list the record of ticket %d", id)
	}
	return sqlstore.EntrySlice(list, p.Limit)
}

func (s *Store) exists(ctx context.Context, id domain.TicketID) error {
	_, there, err := one[int](ctx, s, ticketExistsSQL, int64(id))
	if err == nil && !there {
		return domain.ErrTicketNotFound
	}
	return err
}
