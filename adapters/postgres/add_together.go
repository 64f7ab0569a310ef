package postgres

import (
	"context"
	"time"

	"github.com/lib/pq"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	// addTogetherSQL takes the ids first, so that one statement stores the tickets with all that names them. It leaves out the tickets
	// whose creator is gone or about to go.
	addTogetherSQL = `
WITH known AS MATERIALIZED (
    SELECT id FROM users WHERE id = ANY ((SELECT $7::bigint[])::bigint[]) FOR KEY SHARE SKIP LOCKED
), sent AS MATERIALIZED (
    SELECT nextval('tickets_id_seq') AS id, new.*
    FROM unnest((SELECT $1::text[]), (SELECT $2::text[]), (SELECT $3::text[]), (SELECT $4::bigint[]), (SELECT $5::bigint[]), (SELECT $6::bigint[])) WITH ORDINALITY
        AS new(title, description, words, creator, created, lease, n)
    WHERE creator = 0 OR creator IN (SELECT id FROM known)
), ` + storeSentSQL

	// addOnceTogetherSQL also leaves out the tickets whose key is taken. Of two statements at once the second waits at the first key they
	// share.
	addOnceTogetherSQL = `
WITH known AS MATERIALIZED (
    SELECT id FROM users WHERE id = ANY ((SELECT $7::bigint[])::bigint[]) FOR KEY SHARE SKIP LOCKED
), keyed AS MATERIALIZED (
    SELECT nextval('tickets_id_seq') AS id, new.*
    FROM unnest((SELECT $1::text[]), (SELECT $2::text[]), (SELECT $3::text[]), (SELECT $4::bigint[]), (SELECT $5::bigint[]), (SELECT $6::bigint[]), (SELECT $8::text[]), (SELECT $9::text[]), (SELECT $10::text[]))
        WITH ORDINALITY AS new(title, description, words, creator, created, lease, scope, key, fingerprint, n)
    WHERE creator = 0 OR creator IN (SELECT id FROM known)
), named AS (
    INSERT INTO idempotency_keys (scope, key, fingerprint, ticket_id)
    SELECT scope, key, fingerprint, id FROM keyed WHERE key <> '' ORDER BY scope, key` + takeOverSQL + `$11` + takenOverSQL + `
    RETURNING ticket_id
), sent AS MATERIALIZED (
    SELECT * FROM keyed WHERE key = '' OR id IN (SELECT ticket_id FROM named)
), ` + storeSentSQL

	// storeSentSQL relies on the defaults of the columns: a ticket of which nothing is known yet.
	storeSentSQL = `ticket AS (
    INSERT INTO tickets (id, title, description, created_by, created_at, claimed_until, attempts)
    SELECT id, title, description, nullif(creator, 0), timestamptz 'epoch' + created * interval '1 microsecond',
        CASE WHEN lease > 0 THEN now() + lease * interval '1 microsecond' END, CASE WHEN lease > 0 THEN 1 ELSE 0 END
    FROM sent
), said AS (
    INSERT INTO ticket_words_new (ticket_id, text) SELECT id, words FROM sent
)
SELECT n, id FROM sent`
)

// longText, in bytes of title and description, goes alone: a batch of the longest would take tens of megabytes.
const longText = 16 << 10

// newRow is a ticket to store, under a key unless that is empty.
type newRow struct {
	ticket domain.Ticket
	words  string
	lease  time.Duration
	key    ports.IdempotencyKey
}

func sameKey(a, b newRow) bool {
	return a.key.Key != "" && a.key.Key == b.key.Key && a.key.Scope == b.key.Scope
}

// addShared stores t together with others, or alone where it is not like them.
func (s *Store) addShared(ctx context.Context, t domain.Ticket, lease time.Duration, key ports.IdempotencyKey, alone func() (int64, error)) (int64, error) {
	if s.batches.adds == nil || !untouched(t) || len(t.Text().Title())+len(t.Text().Description()) > longText {
		return alone()
	}
	return together(ctx, s.batches.adds, newRow{t, words(t.Text().Title(), t.Text().Description()), lease, key}, alone)
}

// untouched reports whether t is as domain.NewTicket made it.
func untouched(t domain.Ticket) bool {
	s := t.Snapshot()
	return len(t.Gained()) == 0 && s == domain.TicketSnapshot{
		ID: s.ID, Title: s.Title, Description: s.Description, Status: domain.StatusOpen, AIStatus: domain.AIStatusPending,
		CreatedBy: s.CreatedBy, CreatedAt: s.CreatedAt, Round: 1, Version: 1,
	}
}

func (s *Store) addTogether(ctx context.Context, sent []newRow) ([]*int64, error) {
	columns := newColumns(sent)
	query, args := addTogetherSQL, columns.args()
	if columns.keyed {
		query, args = addOnceTogetherSQL, append(args, columns.scopes, columns.keys, columns.fingerprints, ports.KeyLife.Microseconds())
	}
	stored, err := rows[struct{ N, ID int64 }](ctx, s, query, args...)
	ids := make([]*int64, len(sent))
	for i := range stored {
		ids[stored[i].N-1] = &stored[i].ID
	}
	return ids, err
}

// addColumns are new tickets column by column.
type addColumns struct {
	titles, descriptions, words pq.StringArray
	creators, created, leases   pq.Int64Array
	known                       pq.Int64Array // the creators, each once
	scopes, keys, fingerprints  pq.StringArray
	keyed                       bool
}

func newColumns(sent []newRow) addColumns {
	n := len(sent)
	c := addColumns{
		titles: make(pq.StringArray, n), descriptions: make(pq.StringArray, n), words: make(pq.StringArray, n),
		creators: make(pq.Int64Array, n), created: make(pq.Int64Array, n), leases: make(pq.Int64Array, n),
		scopes: make(pq.StringArray, n), keys: make(pq.StringArray, n), fingerprints: make(pq.StringArray, n),
	}
	for i, row := range sent {
		c.titles[i], c.descriptions[i], c.words[i] = row.ticket.Text().Title(), row.ticket.Text().Description(), row.words
		c.created[i], c.leases[i] = row.ticket.CreatedAt().UnixMicro(), row.lease.Microseconds()
		c.scopes[i], c.keys[i], c.fingerprints[i] = row.key.Scope, row.key.Key, row.key.Fingerprint
		c.keyed = c.keyed || row.key.Key != ""
		if creator := row.ticket.Creator(); creator != nil {
			c.creators[i] = int64(*creator)
		}
	}
	c.known = distinct(c.creators)
	return c
}

func (c addColumns) args() []any {
	return []any{c.titles, c.descriptions, c.words, c.creators, c.created, c.leases, c.known}
}
