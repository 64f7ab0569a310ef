package postgres

import (
	"context"
	"time"

	"github.com/lib/pq"

	"ticketd/domain"
)

// addTogetherSQL takes the ids first, so that one statement stores the tickets with all that names them. It leaves out the tickets
// whose creator is gone or about to go. It relies on the defaults of the columns: a ticket of which nothing is known yet.
const addTogetherSQL = `
WITH known AS MATERIALIZED (
    SELECT id FROM users WHERE id = ANY ((SELECT $7::bigint[])::bigint[]) FOR KEY SHARE SKIP LOCKED
), sent AS MATERIALIZED (
    SELECT nextval('tickets_id_seq') AS id, new.*
    FROM unnest((SELECT $1::text[]), (SELECT $2::text[]), (SELECT $3::text[]), (SELECT $4::bigint[]), (SELECT $5::bigint[]), (SELECT $6::bigint[])) WITH ORDINALITY
        AS new(title, description, words, creator, created, lease, n)
    WHERE creator = 0 OR creator IN (SELECT id FROM known)
), ticket AS (
    INSERT INTO tickets (id, title, description, created_by, created_at, claimed_until, attempts)
    SELECT id, title, description, nullif(creator, 0), timestamptz 'epoch' + created * interval '1 microsecond',
        CASE WHEN lease > 0 THEN now() + lease * interval '1 microsecond' END, CASE WHEN lease > 0 THEN 1 ELSE 0 END
    FROM sent
), said AS (
    INSERT INTO ticket_words_new (ticket_id, text) SELECT id, words FROM sent
)
SELECT n, id FROM sent`

// longText, in bytes of title and description, goes alone: a batch of the longest would take tens of megabytes.
const longText = 16 << 10

// newRow is a ticket to store.
type newRow struct {
	ticket domain.Ticket
	words  string
	lease  time.Duration
}

// addShared stores t together with others, or alone where it is not like them.
func (s *Store) addShared(ctx context.Context, t domain.Ticket, lease time.Duration) (int64, error) {
	alone := func() (int64, error) { return s.add(ctx, t, lease) }
	if s.batches.adds == nil || !untouched(t) || len(t.Text().Title())+len(t.Text().Description()) > longText {
		return alone()
	}
	return together(ctx, s.batches.adds, newRow{t, words(t.Text().Title(), t.Text().Description()), lease}, alone)
}

// untouched reports whether t is as domain.NewTicket made it.
func untouched(t domain.Ticket) bool {
	s := t.Snapshot()
	return len(t.NewEntries()) == 0 && s == domain.TicketSnapshot{
		ID: s.ID, Title: s.Title, Description: s.Description, Status: domain.StatusOpen, AIStatus: domain.AIStatusPending,
		CreatedBy: s.CreatedBy, CreatedAt: s.CreatedAt, Round: 1, Version: 1,
	}
}

func (s *Store) addTogether(ctx context.Context, sent []newRow) ([]*int64, error) {
	n := len(sent)
	titles, descriptions, texts := make(pq.StringArray, n), make(pq.StringArray, n), make(pq.StringArray, n)
	creators, created, leases := make(pq.Int64Array, n), make(pq.Int64Array, n), make(pq.Int64Array, n)
	for i, row := range sent {
		titles[i], descriptions[i], texts[i] = row.ticket.Text().Title(), row.ticket.Text().Description(), row.words
		created[i], leases[i] = row.ticket.CreatedAt().UnixMicro(), row.lease.Microseconds()
		if creator := row.ticket.Creator(); creator != nil {
			creators[i] = int64(*creator)
		}
	}
	stored, err := rows[struct{ N, ID int64 }](ctx, s, addTogetherSQL, titles, descriptions, texts, creators, created, leases, distinct(creators))
	ids := make([]*int64, n)
	for i := range stored {
		ids[stored[i].N-1] = &stored[i].ID
	}
	return ids, err
}
