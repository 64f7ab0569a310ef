package postgres

import (
	"context"
	"slices"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// drawnSQL gives each row its id before it is stored, so that one statement stores the ticket and all that
// names it.
var drawnSQL = `drawn AS MATERIALIZED (` +
	sentSQL(`nextval('tickets_id_seq') AS id, record, types, state, previous, words, lease, claimer, key, `+
		`twin, `+
		sqlstore.NewTicketColumns) + `
)`

// insertQuery stores tickets, with their record and their events or, since that costs less, without what
// there is none of.
type insertQuery [2][2]string

func (q insertQuery) with(record, events bool) string { return q[index(record)][index(events)] }

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

// inserting returns the query that stores the rows of the CTE "fresh" and returns their ids. The CTEs take
// fresh from drawn.
func inserting(ctes string) insertQuery {
	insert := func(more string) string {
		return `
WITH ` + drawnSQL + ctes + `, ticket AS (
    INSERT INTO tickets (id, ` + sqlstore.NewTicketColumns + `, claimed_until, claimed_by, attempts)
    SELECT id, ` + sqlstore.NewTicketColumns + `,
        CASE WHEN lease > 0 THEN now() + lease * interval '1 microsecond' END, claimer,
        CASE WHEN lease > 0 THEN 1 ELSE 0 END
    FROM fresh
), said AS (` + leaveWordsSQL + `)` + more + `
SELECT n, id FROM fresh`
	}
	noted, told := `, noted AS (`+noteSQL(`fresh`)+`)`, `, told AS (`+tellSQL(`fresh`)+`)`
	return insertQuery{{insert(``), insert(told)}, {insert(noted), insert(noted + told)}}
}

var (
	addSQL = inserting(`, fresh AS (SELECT * FROM drawn)`)

	// addFreeSQL leaves out the tickets whose creator is gone or about to go.
	addFreeSQL = inserting(`, known AS MATERIALIZED (
    SELECT id FROM users WHERE id = ANY (ARRAY(SELECT created_by FROM drawn)) FOR KEY SHARE SKIP LOCKED
), fresh AS (
    SELECT * FROM drawn WHERE created_by IS NULL OR created_by IN (SELECT id FROM known)
)`)
)

// newRow is a ticket to store.
type newRow struct {
	ticket domain.Ticket
	lease  ports.Lease
	key    string
	twin   string
}

// sentNew returns $1 and $2 of the statements above.
func (s *Store) sentNew(list []newRow) ([]any, error) {
	tickets, with := make([]domain.Ticket, len(list)), make([]along, len(list))
	for i, r := range list {
		text := r.ticket.Text()
		tickets[i] = r.ticket
		with[i] = along{Words: words(text.Title(), text.Description()), Key: r.key, Twin: r.twin}
		if r.ticket.AIStatus() == domain.AIStatusPending {
			with[i].Lease, with[i].Claimer = r.lease.Time.Microseconds(), int64(r.lease.By)
		}
	}
	return s.sent(tickets, sqlstore.NewTicketRow, with)
}

// insert runs one of the statements above. args are $3 and so on.
func (s *Store) insert(
	ctx context.Context, q insertQuery, list []newRow, args ...any,
) ([]sqlstore.AddedRow, error) {
	first, err := s.sentNew(list)
	if err != nil {
		return nil, err
	}
	record := slices.ContainsFunc(list, func(r newRow) bool { return len(r.ticket.NewEntries()) > 0 })
	return rows[sqlstore.AddedRow](ctx, s, q.with(record, s.events), append(first, args...)...)
}

// insertOne returns 0 if the statement left the row out.
func (s *Store) insertOne(ctx context.Context, q insertQuery, row newRow, args ...any) (int64, error) {
	added, err := s.insert(ctx, q, []newRow{row}, args...)
	if err != nil || len(added) == 0 {
		return 0, err
	}
	return added[0].ID, nil
}

// maxShared, in bytes of title and description, is the longest text that shares a statement: a batch of the
// longest would take tens of megabytes.
const maxShared = 16 << 10

// AddTicket implements ports.TicketAdder.
func (s *Store) AddTicket(ctx context.Context, t domain.Ticket, lease ports.Lease) (domain.Ticket, error) {
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
