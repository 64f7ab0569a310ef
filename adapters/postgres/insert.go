package postgres

import (
	"context"
	"encoding/json"
	"time"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

// sentTicket is one of the rows that a statement writes, as JSON. Whatever statement reads it knows its
// types: those of the tables' columns.
type sentTicket struct {
	N      int                 `json:"n"` // its place among the rows, from 0
	Ticket sqlstore.TicketRow  `json:"ticket"`
	Record []sqlstore.EntryRow `json:"record"` // what it adds to the record

	// For an INSERT.
	Words string `json:"words,omitempty"`
	Lease int64  `json:"lease,omitempty"` // in microseconds; above 0 the row is claimed from the start
	Key   string `json:"key,omitempty"`   // of an import
	Twin  string `json:"twin,omitempty"`
}

// sentSQL is the rows. The LIMIT keeps all of them; it tells the planner that they are few, which takes a
// hundred for granted otherwise and then prefers to read whole tables.
const sentSQL = `(
    SELECT * FROM json_to_recordset($1::json)
        AS sent(n integer, ticket tickets, record classifications[], words text, lease bigint, key text,
            twin text)
    LIMIT (SELECT json_array_length($1::json))
) AS sent`

// drawnSQL gives each row its id before it is stored, so that one statement stores the ticket and all that
// names it.
const drawnSQL = `drawn AS MATERIALIZED (
    SELECT nextval('tickets_id_seq') AS id, sent.* FROM ` + sentSQL + `
)`

var (
	// insertSQL stores the rows of "fresh", which the CTEs before it take from "drawn". It returns their ids.
	insertSQL = `, ticket AS (
    INSERT INTO tickets (id, ` + sqlstore.NewTicketColumns + `, claimed_until, attempts)
    SELECT id, ` + sqlstore.EachColumn(sqlstore.NewTicketColumns, `(ticket).%s`) + `,
        CASE WHEN lease > 0 THEN now() + lease * interval '1 microsecond' END,
        CASE WHEN lease > 0 THEN 1 ELSE 0 END
    FROM fresh ORDER BY n
), said AS (` + leaveWordsSQL + `), noted AS (` + noteSQL(`fresh`) + `)
SELECT n, id FROM fresh ORDER BY n`

	addSQL = `
WITH ` + drawnSQL + `, fresh AS (SELECT * FROM drawn)` + insertSQL

	// addFreeSQL leaves out the tickets whose creator is gone or about to go.
	addFreeSQL = `
WITH ` + drawnSQL + `, known AS MATERIALIZED (
    SELECT id FROM users WHERE id = ANY (ARRAY(SELECT (ticket).created_by FROM drawn))
    FOR KEY SHARE SKIP LOCKED
), fresh AS (
    SELECT * FROM drawn WHERE (ticket).created_by IS NULL OR (ticket).created_by IN (SELECT id FROM known)
)` + insertSQL
)

// newRow is a ticket to store.
type newRow struct {
	ticket domain.Ticket
	lease  time.Duration
	key    string
	twin   string
}

// sentNew returns the argument of the statements above.
func sentNew(list []newRow) (string, error) {
	sent := make([]sentTicket, len(list))
	for n, row := range list {
		sent[n] = row.sent(n)
	}
	text, err := json.Marshal(sent)
	return string(text), err
}

func (r newRow) sent(n int) sentTicket {
	text := r.ticket.Text()
	s := sentTicket{
		N: n, Ticket: sqlstore.NewTicketRow(r.ticket), Record: sqlstore.NewEntryRows(r.ticket.NewEntries()),
		Words: words(text.Title(), text.Description()), Key: r.key, Twin: r.twin,
	}
	if r.ticket.AIStatus() == domain.AIStatusPending {
		s.Lease = r.lease.Microseconds()
	}
	return s
}

// insert runs one of the statements above. args follow the rows.
func (s *Store) insert(
	ctx context.Context, query string, list []newRow, args ...any,
) ([]sqlstore.AddedRow, error) {
	sent, err := sentNew(list)
	if err != nil {
		return nil, err
	}
	return rows[sqlstore.AddedRow](ctx, s, query, append([]any{sent}, args...)...)
}

// insertOne returns 0 if the statement left the row out.
func (s *Store) insertOne(ctx context.Context, query string, row newRow, args ...any) (int64, error) {
	added, err := s.insert(ctx, query, []newRow{row}, args...)
	if err != nil || len(added) == 0 {
		return 0, err
	}
	return added[0].ID, nil
}

// maxShared, in bytes of title and description, is the longest text that shares a statement: a batch of the
// longest would take tens of megabytes.
const maxShared = 16 << 10

// AddTicket implements ports.TicketAdder.
func (s *Store) AddTicket(ctx context.Context, t domain.Ticket, lease time.Duration) (domain.Ticket, error) {
	row := newRow{ticket: t, lease: lease}
	batcher := s.batches.adds
	if len(t.Text().Title())+len(t.Text().Description()) > maxShared {
		batcher = nil
	}
	id, err := batched(ctx, batcher, row, func() (int64, error) { return s.insertOne(ctx, addSQL, row) })
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "add a ticket")
	}
	return t.Stored(domain.TicketID(id)), nil
}

func (s *Store) addBatch(ctx context.Context, list []newRow) ([]*int64, error) {
	added, err := s.insert(ctx, addFreeSQL, list)
	ids := make([]*int64, len(list))
	for i := range added {
		ids[added[i].N] = &added[i].ID
	}
	return ids, err
}
