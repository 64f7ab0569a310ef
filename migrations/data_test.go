package migrations_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// latest is the newest version in this directory.
const latest = 15

// table is a table that a step makes, with rows of every kind that the program knows.
type table struct {
	step   int
	name   string
	rows   string // INSERT statements; {at} stands for a timestamp
	read   string // a query for the whole content
	engine string // empty means both
}

var tables = []table{
	{step: 1, name: "users", read: `SELECT * FROM users ORDER BY id`, rows: `
		INSERT INTO users (id, created_at, name, email, email_key)
			VALUES (1, {at}, 'admin', 'Admin@example.com', 'admin@example.com'),
			(2, {at}, 'Ann', 'ann@example.com', 'ann@example.com')`},
	{step: 2, name: "tickets", read: `SELECT * FROM tickets ORDER BY id`, rows: `
		INSERT INTO tickets (id, title, description) VALUES (1, 'fresh', 'd');
		INSERT INTO tickets (id, title, description, created_by, claimed_until, attempts)
			VALUES (2, 'claimed', 'd', 1, {at}, 1);
		INSERT INTO tickets (id, title, description, next_attempt_at, attempts, last_error, throttled_since)
			VALUES (3, 'waiting', 'd', {at}, 2, 'rate_limited', {at});
		INSERT INTO tickets (id, title, description, status, ai_status, category, priority, ai_confidence,
			classified_by, needs_review, audit) VALUES
			(4, 'by a model', 'd', 'open', 'done', 'billing', 'high', 0.93, 'model', false, true),
			(5, 'by rules', 'd', 'closed', 'done', 'technical', 'low', 0.41, 'local', true, false),
			(6, 'failed', 'd', 'open', 'fallback', 'general', 'medium', 0, 'fallback', true, false),
			(7, 'asked again', 'd', 'open', 'pending', 'technical', 'low', 0.5, 'model', false, false);
		INSERT INTO tickets (id, title, description, ai_status, category, priority, ai_confidence, classified_by,
			review, created_by, version, round) VALUES
			(8, 'corrected ✓', 'line one' || chr(10) || 'line two', 'done', 'billing', 'low', NULL, 'human',
				'corrected', 2, 3, 2),
			(9, 'confirmed', 'd', 'done', 'general', 'medium', 0.7, 'model', 'confirmed', NULL, 2, 1)`},
	{step: 3, name: "classifications", read: `SELECT * FROM classifications ORDER BY id`, rows: `
		INSERT INTO classifications (id, ticket_id, created_at, round, attempt, source, model, prompt_version,
				category, priority, confidence, priority_confidence, reason, latency_us, input_tokens,
				output_tokens) VALUES
			(1, 4, {at}, 1, 1, 'model', 'gpt', 'v1', 'billing', 'high', 0.93, 0.8, 'an invoice', 812345, 210, 30),
			(2, 5, {at}, 1, 1, 'local', '', '', 'technical', 'low', 0.41, 0.6, '', 90, 0, 0),
			(3, 8, {at}, 2, 0, 'human', '', '', 'billing', 'low', NULL, NULL, '', 0, 0, 0);
		INSERT INTO classifications (id, ticket_id, created_at, round, attempt, error_code)
			VALUES (4, 6, {at}, 1, 1, 'timeout');
		INSERT INTO classifications (id, ticket_id, created_at, round, source, category, priority, confidence)
			VALUES (5, 6, {at}, 1, 'fallback', 'general', 'medium', 0)`},
	{step: 4, name: "idempotency_keys", read: `SELECT * FROM idempotency_keys ORDER BY key`, rows: `
		INSERT INTO idempotency_keys (scope, key, fingerprint, ticket_id, created_at)
			VALUES ('', 'a', 'f', 1, {at}), ('helpdesk', 'b', 'g', 2, {at})`},
	{
		step: 5, engine: "postgres", name: "ticket_words",
		read: `SELECT * FROM ticket_words ORDER BY ticket_id`,
		rows: `INSERT INTO ticket_words (ticket_id, text) VALUES (4, ' by a model  d '), (5, ' by rules  d ')`,
	},
	{
		step: 5, engine: "postgres", name: "ticket_words_new",
		read: `SELECT * FROM ticket_words_new ORDER BY ticket_id`,
		rows: `INSERT INTO ticket_words_new (ticket_id, text) VALUES (1, ' fresh  d ')`,
	},
	{step: 5, engine: "sqlite", name: "ticket_words", read: `SELECT rowid FROM ticket_words('by')`, rows: `
		INSERT INTO ticket_words (rowid, title, description) VALUES (4, 'by a model', 'd'), (5, 'by rules', 'd'),
			(1, 'fresh', 'd')`},
	{step: 6, name: "import_keys", read: `SELECT * FROM import_keys ORDER BY key`, rows: `
		INSERT INTO import_keys (source, key, ticket_id) VALUES ('crm', 'A-1', 1), ('crm', 'A-2', 4)`},
	{
		step: 13, engine: "postgres", name: "events", read: `SELECT * FROM events ORDER BY id`,
		rows: `INSERT INTO events (id, era, xid, ticket_id, created_at, type, ticket, previous)
			VALUES (1, 1, '7', 1, {at}, 'ticket.created', '{"status": "open"}', NULL),
			(2, 1, '8', 1, {at}, 'ticket.closed', '{"status": "closed"}', '{"status": "open"}')`,
	},
	{
		step: 13, engine: "sqlite", name: "events", read: `SELECT * FROM events ORDER BY id`,
		rows: `INSERT INTO events (id, ticket_id, created_at, type, ticket, previous)
			VALUES (1, 1, {at}, 'ticket.created', '{"status": "open"}', NULL),
			(2, 1, {at}, 'ticket.closed', '{"status": "closed"}', '{"status": "open"}')`,
	},
	{step: 14, name: "webhooks", read: `SELECT * FROM webhooks ORDER BY id`, rows: `
		INSERT INTO webhooks (id, created_at, url, secrets) VALUES (1, {at}, 'https://example.com', '["whsec_a"]');
		INSERT INTO webhooks (id, created_at, url, secrets, description, types, category, priority, rotated_at,
				disabled, failing_since)
			VALUES (2, {at}, 'https://example.org', '["whsec_c", "whsec_b"]', 'd', '["ticket.closed"]', 'billing',
				'high', {at}, 'gone', {at})`},
	{step: 14, engine: "postgres", name: "webhook_places", read: `SELECT * FROM webhook_places`, rows: `
		INSERT INTO webhook_places (webhook_id, era, xid, event_id) VALUES (1, 1, '7', 1)`},
	{step: 14, name: "deliveries", read: `SELECT * FROM deliveries ORDER BY id`, rows: `
		INSERT INTO deliveries (id, webhook_id, event_id, ticket_id, type, next_at, created_at, updated_at)
			VALUES (1, 1, 1, 1, 'ticket.created', {at}, {at}, {at});
		INSERT INTO deliveries (id, webhook_id, event_id, ticket_id, type, state, attempts, status, error,
				latency_us, next_at, created_at, updated_at)
			VALUES (2, 1, 2, 1, 'ticket.closed', 'failed', 10, 503, 'http_503', 9, NULL, {at}, {at})`},
	{step: 14, name: "delivery_lanes", read: `SELECT * FROM delivery_lanes`, rows: `
		INSERT INTO delivery_lanes (webhook_id, ticket_id, pending, next_at, claimed_until)
			VALUES (1, 1, 1, {at}, {at})`},
	{step: 15, name: "claimers", read: `SELECT * FROM claimers`, rows: `
		INSERT INTO claimers (id, beat_at, steady_since) VALUES (1, {at}, {at})`},
}

// column is a column that a step adds to the table of an earlier step.
type column struct {
	step        int
	table, name string
	rows        string // an UPDATE that gives some rows a value
}

var columns = []column{
	{
		step: 9, table: "tickets", name: "confidence_unknown",
		rows: `UPDATE tickets SET ai_confidence = 0, confidence_unknown = true WHERE id = 4`,
	},
	{
		step: 10, table: "classifications", name: "confidence_unknown",
		rows: `UPDATE classifications SET confidence = 0, confidence_unknown = true WHERE id = 1`,
	},
	{
		step: 11, table: "tickets", name: "updated_at",
		rows: `UPDATE tickets SET updated_at = created_at WHERE id > 4`,
	},
	{
		step: 11, table: "tickets", name: "closed_at",
		rows: `UPDATE tickets SET closed_at = created_at WHERE id = 5`,
	},
	{
		step: 12, table: "classifications", name: "decided_by",
		rows: `UPDATE classifications SET decided_by = 'helpdesk' WHERE id = 3`,
	},
	{step: 15, table: "tickets", name: "claimed_by", rows: `UPDATE tickets SET claimed_by = 1 WHERE id = 2`},
}

// since returns the columns that the table got after a version.
func (one table) since(version int) (later []string) {
	for _, c := range columns {
		if c.table == one.name && c.step > version {
			later = append(later, c.name)
		}
	}
	return later
}

// fill writes the rows of a step's table.
func (d database) fill(t *testing.T, one table) {
	t.Helper()
	moment, newline := `'2026-01-02 03:04:05.678901Z'`, `chr(10)`
	if d.engine == "sqlite" {
		moment, newline = `1767323045678901`, `char(10)`
	}
	d.exec(t, strings.ReplaceAll(strings.ReplaceAll(one.rows, "{at}", moment), "chr(10)", newline))
}

func (d database) tables() (known []table) {
	for _, one := range tables {
		if one.engine == "" || one.engine == d.engine {
			known = append(known, one)
		}
	}
	return known
}

// contents returns all rows of a query as text, without some columns.
func (d database) contents(t *testing.T, query string, without ...string) (rows []string) {
	t.Helper()
	found, err := d.db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer found.Close()
	names, err := found.Columns()
	require.NoError(t, err)
	for found.Next() {
		values, targets := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			targets[i] = &values[i]
		}
		require.NoError(t, found.Scan(targets...))
		var row strings.Builder
		for i, name := range names {
			if !slices.Contains(without, name) {
				fmt.Fprintf(&row, "%s=%v ", name, values[i])
			}
		}
		rows = append(rows, row.String())
	}
	require.NoError(t, found.Err())
	return rows
}

func TestEveryStepIsTakenBackAndMadeAgainWithData(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d database) {
		require.NoError(t, d.Up(t.Context()))
		before := map[string][]string{}
		for _, one := range d.tables() {
			d.fill(t, one)
		}
		d.fillColumns(t)
		for _, one := range d.tables() {
			before[one.name] = d.contents(t, one.read)
			require.NotEmpty(t, before[one.name], one.name)
		}
		requireKept := func(version int, dropped func(t *testing.T, one table)) {
			for _, one := range d.tables() {
				if one.step > version {
					dropped(t, one)
				} else {
					require.Equal(t, before[one.name], d.contents(t, one.read, one.since(version)...), "%s at version %d",
						one.name, version)
				}
			}
		}
		for version := latest - 1; version >= 0; version-- {
			for _, one := range d.tables() { // a default of the current time differs from the earlier one
				before[one.name] = d.contents(t, one.read, one.since(version)...)
			}
			require.NoError(t, d.Down(t.Context(), latest-version))
			d.requireAt(t, uint(version))
			requireKept(version, func(t *testing.T, one table) { require.False(t, d.has(t, one.name), one.name) })

			require.NoError(t, d.Up(t.Context()))
			d.requireAt(t, latest)
			requireKept(version, func(t *testing.T, one table) {
				require.Empty(t, d.contents(t, one.read), "%s is new", one.name)
				d.fill(t, one)
			})
			d.fillColumns(t)
		}
	})
}

// fillColumns gives values to the columns that were added later.
func (d database) fillColumns(t *testing.T) {
	t.Helper()
	for _, c := range columns {
		d.exec(t, c.rows)
	}
}

// has reports whether the table exists.
func (d database) has(t *testing.T, name string) bool {
	t.Helper()
	if d.engine == "sqlite" {
		return d.finds(t, `SELECT 1 FROM sqlite_schema WHERE name = '`+name+`'`)
	}
	return d.finds(t, `SELECT 1 WHERE to_regclass('`+name+`') IS NOT NULL`)
}
