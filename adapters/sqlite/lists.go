package sqlite

import (
	"context"
	"strconv"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	listSQL     = `SELECT ` + sqlstore.TicketColumns + ` FROM tickets`
	newestFirst = ` ORDER BY created_at DESC, id DESC`
	// skipSQL counts what an offset skips in an index, without reading the rows.
	skipSQL  = `SELECT id FROM tickets`
	countSQL = `SELECT count(*) FROM (SELECT 1 FROM tickets`
)

// ListTickets implements ports.TicketLister.
func (s *Store) ListTickets(
	ctx context.Context, f ports.TicketFilter, p ports.Page,
) (ports.Slice[domain.Ticket], error) {
	query, args := listQuery(f, p)
	rows, err := sqlstore.Rows[sqlstore.TicketRow](ctx, s.read, query, args...)
	if err != nil {
		return ports.Slice[domain.Ticket]{}, failed(ctx, err, "list tickets")
	}
	return sqlstore.TicketSlice(rows, p.Limit)
}

func listQuery(f ports.TicketFilter, p ports.Page) (query string, args []any) {
	c := matching(f)
	if p.Offset == 0 {
		return page(listSQL, c, p)
	}
	skip, args := page(skipSQL, c, p)
	return listSQL + ` WHERE id IN (` + skip + `)` + newestFirst, args
}

// CountTickets implements ports.TicketLister.
func (s *Store) CountTickets(ctx context.Context, f ports.TicketFilter, limit int) (int, bool, error) {
	c := matching(f)
	query := countSQL + c.Where() + ` LIMIT ` + strconv.Itoa(limit+1) + `)`
	n, _, err := sqlstore.One[int](ctx, s.read, query, c.Args()...)
	if err != nil {
		return 0, false, failed(ctx, err, "count tickets")
	}
	return min(n, limit), n <= limit, nil
}

func placeholder(n int) string { return "?" + strconv.Itoa(n) }

// page completes the query of a list. It asks for one row more, which tells whether there is a next page. The
// rows after a position are two queries, which SQLite merges: it does not find the place of (created_at, id)
// among equal times in one step.
func page(query string, c *sqlstore.Conditions, p ports.Page) (string, []any) {
	limit := newestFirst + ` LIMIT ` + strconv.Itoa(p.Limit+1)
	switch {
	case p.After != nil:
		at, id := c.Arg(p.After.CreatedAt.UnixMicro()), c.Arg(p.After.ID)
		sameTime, earlier := c.Where(`created_at = `+at, `id < `+id), c.Where(`created_at < `+at)
		query += sameTime + ` UNION ALL ` + query + earlier + limit
	case p.Offset > 0:
		query += c.Where() + limit + ` OFFSET ` + c.Arg(p.Offset)
	default:
		query += c.Where() + limit
	}
	return query, c.Args()
}
