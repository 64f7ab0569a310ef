package postgres

import (
	"context"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const knownImportsSQL = `
SELECT key, id, title, description FROM import_keys JOIN tickets ON tickets.id = ticket_id
WHERE source = $1 AND key = ANY ($2)`

// addImportedSQL stores the tickets whose keys are new. Of two imports at once the second waits at the first
// key they share.
var addImportedSQL = inserting(`, named AS (
    INSERT INTO import_keys (source, key, ticket_id) SELECT $3, key, id FROM drawn ORDER BY key
    ON CONFLICT DO NOTHING RETURNING ticket_id AS id
), fresh AS (SELECT * FROM drawn JOIN named USING (id)), twins AS (
    INSERT INTO import_keys (source, key, ticket_id) SELECT '` + ports.AnySource + `', twin, id FROM fresh
    WHERE twin IS NOT NULL ORDER BY twin
    ON CONFLICT DO NOTHING
)`)

// KnownImports implements ports.TicketImporter.
func (s *Store) KnownImports(
	ctx context.Context, source string, keys []string,
) (map[string]ports.KnownImport, error) {
	known, err := rows[sqlstore.KnownRow](ctx, s, knownImportsSQL, source, pq.Array(keys))
	if err != nil {
		return nil, failed(ctx, err, "look up imported tickets")
	}
	return sqlstore.Known(known), nil
}

// AddImported implements ports.TicketImporter.
func (s *Store) AddImported(
	ctx context.Context, source string, tickets []ports.ImportedTicket,
) ([]domain.Ticket, error) {
	list := make([]newRow, len(tickets))
	for n, t := range tickets {
		list[n] = newRow{ticket: t.Ticket, key: t.Key, twin: t.Twin}
	}
	added, err := s.insert(ctx, addImportedSQL, list, source)
	if err != nil {
		return nil, failed(ctx, err, "add imported tickets")
	}
	return sqlstore.Added(tickets, added), nil
}
