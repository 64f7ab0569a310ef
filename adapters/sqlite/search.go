package sqlite

import (
	"context"
	"strings"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

const (
	addWordsSQL = `INSERT INTO ticket_words (rowid, title, description) VALUES (?1, ?2, ?3)`

	// stretchSQL ends a stretch of ids: a search for unindexed rows may find none in the whole table.
	stretchSQL = `SELECT coalesce(max(id), 0) FROM (SELECT id FROM tickets WHERE id > ?1 ORDER BY id LIMIT ?2)`

	unindexedSQL = `
SELECT id, title, description FROM tickets
WHERE id > ?1 AND id <= ?2 AND NOT EXISTS (SELECT 1 FROM ticket_words WHERE ticket_words.rowid = tickets.id)`

	saySQL = `(SELECT rowid FROM ticket_words WHERE ticket_words MATCH `
)

// addWords indexes a ticket in the transaction that stores it.
func addWords(ctx context.Context, tx *sqlx.Tx, id int64, title, description string) error {
	_, err := tx.ExecContext(ctx, addWordsSQL, id, sqlstore.Words(title), sqlstore.Words(description))
	return err
}

// matching returns the conditions of a filter.
func matching(f ports.TicketFilter) *sqlstore.Conditions {
	c := sqlstore.Matching(f, placeholder)
	if f.Search == nil {
		return c
	}
	if required := f.Search.Required(); len(required) > 0 {
		c.Demand(`id IN ` + saySQL + c.Arg(fts(required, " AND ")) + `)`)
	}
	if excluded := f.Search.Excluded(); len(excluded) > 0 {
		c.Demand(`id NOT IN ` + saySQL + c.Arg(fts(excluded, " OR ")) + `)`)
	}
	return c
}

// fts needs no escapes: words have letters, digits and marks only.
func fts(phrases []search.Phrase, operator string) string {
	quoted := make([]string, len(phrases))
	for i, p := range phrases {
		quoted[i] = `"` + strings.Join(p, " ") + `"`
	}
	return strings.Join(quoted, operator)
}

// IndexNew implements ports.TicketIndexer. It has nothing to do: tickets are indexed as they are stored.
func (s *Store) IndexNew(context.Context, int) (int, error) { return 0, nil }

// IndexOlder implements ports.TicketIndexer.
func (s *Store) IndexOlder(ctx context.Context, after domain.TicketID, limit int) (domain.TicketID, error) {
	last, _, err := sqlstore.One[int64](ctx, s.read, stretchSQL, int64(after), limit)
	if err != nil || last == 0 {
		return 0, failed(ctx, err, "look for the next tickets")
	}
	rows, err := sqlstore.Rows[sqlstore.TextRow](ctx, s.read, unindexedSQL, int64(after), last)
	if err != nil || len(rows) == 0 {
		return domain.TicketID(last), failed(ctx, err, "look for tickets that are not indexed")
	}
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		rows = nil // another process may have been faster
		if err := tx.SelectContext(ctx, &rows, unindexedSQL, int64(after), last); err != nil {
			return err
		}
		for _, r := range rows {
			if err := addWords(ctx, tx, r.ID, r.Title, r.Description); err != nil {
				return err
			}
		}
		return nil
	})
	return domain.TicketID(last), failed(ctx, err, "index older tickets")
}
