package postgres

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
	// What an offset skips is counted in an index, without reading the rows.
	skipSQL  = `SELECT id FROM tickets`
	countSQL = `SELECT count(*) FROM (SELECT FROM tickets`
	// always opens the index of the unfiltered list; see its migration.
	always = `id > 0`
)

// ListTickets implements ports.TicketLister.
func (s *Store) ListTickets(ctx context.Context, f ports.TicketFilter, p ports.Page) (ports.Slice[domain.Ticket], error) {
	query, args := listQuery(f, p)
	list, err := s.listRows(ctx, f, query, args)
	if err != nil {
		return ports.Slice[domain.Ticket]{}, failed(ctx, err, "list tickets")
	}
	return sqlstore.TicketSlice(list, p.Limit)
}

// listRows prepares the query, but for a creator among other filters: creators differ so much that a plan which is good for one sorts
// hundreds of thousands of rows for another, so it is made anew each time.
func (s *Store) listRows(ctx context.Context, f ports.TicketFilter, query string, args []any) ([]sqlstore.TicketRow, error) {
	others := f
	others.CreatedBy = nil
	if f.CreatedBy == nil || others == (ports.TicketFilter{}) {
		return rows[sqlstore.TicketRow](ctx, s, query, args...)
	}
	return within(ctx, func() (list []sqlstore.TicketRow, err error) {
		err = s.db.SelectContext(ctx, &list, query, args...)
		return list, err
	})
}

func listQuery(f ports.TicketFilter, p ports.Page) (query string, args []any) {
	c := sqlstore.Matching(f, placeholder)
	var further []string
	if f == (ports.TicketFilter{}) {
		further = append(further, always)
	}
	if p.Offset == 0 {
		return page(listSQL, c, p, further...)
	}
	skip, args := page(skipSQL, c, p, further...)
	return listSQL + ` WHERE id = ANY (ARRAY(` + skip + `))` + newestFirst, args
}

// CountTickets implements ports.TicketLister.
func (s *Store) CountTickets(ctx context.Context, f ports.TicketFilter, limit int) (int, bool, error) {
	c := sqlstore.Matching(f, placeholder)
	n, _, err := one[int](ctx, s, countSQL+c.Where()+` LIMIT `+strconv.Itoa(limit+1)+`) AS matching`, c.Args()...)
	if err != nil {
		return 0, false, failed(ctx, err, "count tickets")
	}
	return min(n, limit), n <= limit, nil
}

func placeholder(n int) string { return "$" + strconv.Itoa(n) }

// page completes the query of a list. The limit stands in the text, since the planner does better with a number than with a
// parameter; one row more tells whether there is a next page.
func page(query string, c *sqlstore.Conditions, p ports.Page, further ...string) (string, []any) {
	if p.After != nil {
		further = append(further, `(created_at, id) < (`+c.Arg(p.After.CreatedAt)+`, `+c.Arg(p.After.ID)+`)`)
	}
	query += c.Where(further...) + newestFirst + ` LIMIT ` + strconv.Itoa(p.Limit+1)
	if p.Offset > 0 {
		query += ` OFFSET ` + c.Arg(p.Offset)
	}
	return query, c.Args()
}
