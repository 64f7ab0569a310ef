// Package dataset fills a database with tickets that look like those of a company that has used ticketd for a
// year.
package dataset

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Size is the amount of data. Users have the numbers 1 to Users, tickets 1 to Tickets in the order of their
// creation, all done.
type Size struct{ Tickets, Users int }

const (
	// RareEvery is the distance between two tickets of the rare combination, general and high.
	RareEvery = 2500
	// The last ticket is an hour old, and one came every 30 s.
	createdSQL = `date_trunc('second', now()) - interval '1 hour' - ($1::bigint - n) * ` +
		`interval '30 seconds' + (n % 999983) * interval '1 microsecond'`
)

const usersSQL = `
INSERT INTO users (id, name, email, email_key, created_at)
SELECT n, 'User ' || n, 'user' || n || '@example.com', 'user' || n || '@example.com',
    now() - interval '400 days' + n * interval '1 minute'
FROM generate_series(1, $1::bigint) AS n`

// ticketsSQL draws with random() row by row, so that one seed gives one data set.
const ticketsSQL = `
INSERT INTO tickets (id, title, description, status, ai_status, category, priority, ai_confidence,
    classified_by, created_by,
    created_at, announced_at, version, needs_review)
SELECT n, 'Case ' || n || ': ' || btrim(substr($3, title_at, $6)), btrim(substr($3, text_at, text_length)),
    CASE WHEN closed < 0.8 THEN 'closed' ELSE 'open' END::status_enum, 'done',
    CASE WHEN n % $4 = 0 THEN 'general' WHEN category < 0.35 THEN 'billing'
        WHEN category < 0.75 THEN 'technical' ELSE 'general' END::category_enum,
    CASE WHEN n % $4 = 0 THEN 'high'
        WHEN category < 0.75 AND priority < 0.2 THEN 'high'
        WHEN priority < 0.7 THEN 'medium' ELSE 'low' END::priority_enum,
    confidence, 'model', CASE WHEN creator < 0.7 THEN 1 + floor(creator / 0.7 * $2::bigint)::bigint END,
    created, created, 2, confidence < 0.7
FROM (SELECT n, ` + createdSQL + ` AS created,
        1 + floor(random() * ($8::int - $6))::int AS title_at,
            1 + floor(random() * ($8 - $5))::int AS text_at,
        $7 + floor(random() * ($5 - $7 + 1))::int AS text_length,
        random() AS category, random() AS priority, random() AS closed, random() AS creator,
            1 - 0.5 * random() ^ 3 AS confidence
    FROM generate_series(1, $1::bigint) AS n OFFSET 0) AS drawn`

const recordSQL = `
INSERT INTO classifications (ticket_id, created_at, round, latency_us, input_tokens, output_tokens, attempt,
	category, priority,
    confidence, priority_confidence, source, model, prompt_version, reason)
SELECT id, created_at + interval '600 milliseconds', 1, 300000 + (id % 400000), 250 + id % 150, 40, 1,
	category, priority,
    ai_confidence, 0.8, 'model', 'gpt-4o-mini', '1', 'Decided by the words of the ticket.'
FROM tickets ORDER BY id`

// wordsSQL knows that the texts have words and blanks only, and ': ' once in the title.
const wordsSQL = `
INSERT INTO ticket_words (ticket_id, text)
SELECT id, ' ' || lower(replace(title, ':', '')) || '  ' || description || ' ' FROM tickets ORDER BY id`

// identitiesSQL makes the next ticket follow the last one.
const identitiesSQL = `SELECT setval(pg_get_serial_sequence('users', 'id'), $1), ` +
	`setval(pg_get_serial_sequence('tickets', 'id'), $2)`

// Seed fills a migrated, empty database and reports progress to say. It builds the indexes at the end, which
// is faster.
func Seed(ctx context.Context, db *sql.DB, size Size, say func(string)) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := prepare(ctx, conn); err != nil {
		return err
	}
	indexes, err := dropIndexes(ctx, conn)
	if err != nil {
		return err
	}
	steps := []step{
		{"users", usersSQL, []any{size.Users}},
		{
			"tickets", ticketsSQL,
			[]any{size.Tickets, size.Users, Filler(), RareEvery, longest, titleLength, shortest, fillerLength},
		},
		{"records", recordSQL, nil},
		{"words", wordsSQL, nil},
		{"identities", identitiesSQL, []any{size.Users, size.Tickets}},
	}
	for i, definition := range indexes {
		steps = append(steps, step{fmt.Sprintf("index %d of %d", i+1, len(indexes)), definition, nil})
	}
	steps = append(steps, step{"statistics", `VACUUM (FREEZE, ANALYZE)`, nil},
		step{"to disk", `CHECKPOINT`, nil})
	for _, s := range steps {
		say("seeding: " + s.what)
		if _, err := conn.ExecContext(ctx, s.query, s.args...); err != nil {
			return fmt.Errorf("seed %s: %w", s.what, err)
		}
	}
	return nil
}

type step struct {
	what, query string
	args        []any
}

// prepare makes the connection draw the same numbers each time and, if permitted, check no foreign keys.
func prepare(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx,
		`SET maintenance_work_mem = '512MB'; SET max_parallel_workers_per_gather = 0; `+
			`SELECT setseed(0.5)`); err != nil {
		return err
	}
	var super bool
	err := conn.QueryRowContext(ctx, `SELECT rolsuper FROM pg_roles WHERE rolname = current_user`).Scan(&super)
	if err != nil || !super {
		return err
	}
	_, err = conn.ExecContext(ctx, `SET session_replication_role = replica`)
	return err
}

const indexesSQL = `
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class AS t ON t.oid = indrelid
WHERE t.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint
	WHERE conindid = indexrelid)
ORDER BY 1`

// dropIndexes drops all indexes but those of constraints and returns the statements that create them.
func dropIndexes(ctx context.Context, conn *sql.Conn) (definitions []string, err error) {
	rows, err := conn.QueryContext(ctx, indexesSQL)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var names []string
	for rows.Next() {
		var name, definition string
		if err := rows.Scan(&name, &definition); err != nil {
			return nil, err
		}
		names, definitions = append(names, name), append(definitions, definition)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, name := range names {
		if _, err := conn.ExecContext(ctx, `DROP INDEX `+name); err != nil {
			return nil, err
		}
	}
	return definitions, nil
}
