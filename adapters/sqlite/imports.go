package sqlite

import (
	"context"
	"encoding/json"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	knownImportsSQL = `
SELECT key, id, title, description FROM import_keys JOIN tickets ON tickets.id = ticket_id
WHERE source = ?1 AND key IN (SELECT value FROM json_each(?2))`
	knownKeysSQL = `
SELECT key FROM import_keys WHERE source = ?1 AND key IN (SELECT value FROM json_each(?2))`
	addImportKeySQL = `INSERT INTO import_keys (source, key, ticket_id) VALUES (?1, ?2, ?3)`
	addTwinSQL      = addImportKeySQL + ` ON CONFLICT DO NOTHING`
)

// KnownImports implements ports.TicketImporter.
func (s *Store) KnownImports(
	ctx context.Context, source string, keys []string,
) (map[string]ports.KnownImport, error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, failed(ctx, err, "look up imported tickets")
	}
	known, err := sqlstore.Rows[sqlstore.KnownRow](ctx, s.read, knownImportsSQL, source, string(list))
	if err != nil {
		return nil, failed(ctx, err, "look up imported tickets")
	}
	return sqlstore.Known(known), nil
}

// AddImported implements ports.TicketImporter.
func (s *Store) AddImported(
	ctx context.Context, source string, tickets []ports.ImportedTicket,
) ([]domain.Ticket, error) {
	var added []sqlstore.AddedRow
	err := s.change(ctx, func(tx *sqlx.Tx) (err error) {
		added, err = s.addImported(ctx, tx, source, tickets)
		return err
	})
	if isForeignKey(err) {
		err = domain.ErrCreatorGone.With(err)
	}
	if err != nil {
		return nil, failed(ctx, err, "add imported tickets")
	}
	return sqlstore.Added(tickets, added), nil
}

// addImported looks the keys up again: the transaction is the only writer, so that what it finds stays true.
func (s *Store) addImported(
	ctx context.Context, tx *sqlx.Tx, source string, tickets []ports.ImportedTicket,
) ([]sqlstore.AddedRow, error) {
	known, err := keysWithin(ctx, tx, source, tickets)
	if err != nil {
		return nil, err
	}
	var fresh []domain.Ticket
	var added []sqlstore.AddedRow
	for n, t := range tickets {
		if !known[t.Key] {
			known[t.Key] = true
			fresh, added = append(fresh, t.Ticket), append(added, sqlstore.AddedRow{N: n})
		}
	}
	ids, err := s.insertTickets(ctx, tx, ports.Lease{}, fresh...)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		added[i].ID = id
		t := tickets[added[i].N]
		if _, err := tx.ExecContext(ctx, addImportKeySQL, source, t.Key, id); err != nil {
			return nil, err
		}
		if t.Twin == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, addTwinSQL, ports.AnySource, t.Twin, id); err != nil {
			return nil, err
		}
	}
	return added, nil
}

func keysWithin(
	ctx context.Context, tx *sqlx.Tx, source string, tickets []ports.ImportedTicket,
) (map[string]bool, error) {
	keys := make([]string, len(tickets))
	for i, t := range tickets {
		keys[i] = t.Key
	}
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	var found []string
	if err := tx.SelectContext(ctx, &found, knownKeysSQL, source, string(list)); err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(found))
	for _, key := range found {
		known[key] = true
	}
	return known, nil
}
