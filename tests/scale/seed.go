package main

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"ticketd/tests/bench/dataset"
)

//go:embed sql/seed.sql
var seedSQL string

// chunk is how many tickets a statement makes, so that progress can be told.
const chunk = 1_000_000

// seed fills the tables without their indexes, in one transaction with TRUNCATE: with wal_level=minimal
// PostgreSQL then writes no log. The indexes are built afterwards.
func (o *options) seed(ctx context.Context, db *sql.DB) error {
	indexes, err := column(ctx, db, `
SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class AS t ON t.oid = indrelid
WHERE t.relnamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`)
	if err != nil {
		return err
	}
	drops, err := column(ctx, db, `
SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index JOIN pg_class AS t ON t.oid = indrelid
WHERE t.relnamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`)
	if err != nil {
		return err
	}
	if err := do(ctx, db, append(drops, `SET work_mem = '256MB'`, `SET session_replication_role = replica`,
		`SELECT setseed(0.5)`,
		`CREATE TEMP TABLE texts (text_id int, title text, description text)`,
		`BEGIN`, `TRUNCATE users, tickets, classifications, ticket_words, events, idempotency_keys, import_keys`,
	)...); err != nil {
		return err
	}
	for part := range strings.SplitSeq(seedSQL, "\n-- ") {
		name, query, found := strings.Cut(part, "\n")
		if !found || !strings.HasPrefix(query, "INSERT") {
			continue // the comment on top
		}
		if err := o.fill(ctx, db, name, query); err != nil {
			return fmt.Errorf("seed %s: %w", name, err)
		}
	}
	steps := append([]string{
		// The seeded events have numbers of their own; this is the era of the server's transactions.
		`INSERT INTO event_eras VALUES (2)`,
		`COMMIT`,
		fmt.Sprintf(`SELECT setval('users_id_seq', 5000), setval('tickets_id_seq', %d)`, o.Tickets),
		`SET session_replication_role = DEFAULT`,
	}, indexes...)
	for _, s := range append(steps, `VACUUM (FREEZE, ANALYZE)`, `CHECKPOINT`) {
		started := time.Now()
		if err := do(ctx, db, s); err != nil {
			return err
		}
		say("%.90s: %v", s, time.Since(started).Round(time.Second))
	}
	return nil
}

// fill runs a statement of seed.sql, chunk by chunk.
func (o *options) fill(ctx context.Context, db *sql.DB, name, query string) error {
	started, words := time.Now(), pq.QuoteLiteral(dataset.Filler())
	for from := 1; from <= o.Tickets; from += chunk {
		to := min(from+chunk-1, o.Tickets)
		filled := strings.NewReplacer("TICKETS", strconv.Itoa(o.Tickets), "DAYS", strconv.Itoa(o.Days),
			"WORDS", words, "FROM_ID", strconv.Itoa(from), "TO_ID", strconv.Itoa(to)).Replace(query)
		if _, err := db.ExecContext(ctx, filled); err != nil {
			return err
		}
		say("%s: %d of %d, %v", name, to, o.Tickets, time.Since(started).Round(time.Second))
		if !strings.Contains(query, "FROM_ID") {
			return nil
		}
	}
	return nil
}
