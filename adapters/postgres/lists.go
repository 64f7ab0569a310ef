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
	// skipSQL counts what an offset skips in an index, without reading the rows.
	skipSQL  = `SELECT id FROM tickets`
	countSQL = `SELECT count(*) FROM (SELECT FROM tickets`
	// always opens the index of the unfiltered list; see its migration.
	always = `id > 0`
)

// ListTickets implements ports.TicketLister.
func (s *Store) ListTickets(
	ctx context.Context, f ports.TicketFilter, p ports.Page,
) (ports.Slice[domain.Ticket], error) {
	query, args := listQuery(f, p)
	list, err := s.listRows(ctx, f, query, args)
	if err != nil {
		return ports.Slice[domain.Ticket]{}, failed(ctx, err, "list tickets")
	}
	return sqlstore.TicketSlice(list, p.Limit)
}

// listRows prepares the query, except for a search and for a creator among other filters. Words and creators
// differ so much that a plan that suits one sorts hundreds of thousands of rows for another: those are
// planned each time.
func (s *Store) listRows(
	ctx context.Context, f ports.TicketFilter, query string, args []any,
) ([]sqlstore.TicketRow, error) {
	others := f
	others.CreatedBy = nil
	if f.Search == nil && (f.CreatedBy == nil || others == (ports.TicketFilter{})) {
		return packedRows(ctx, s, rows[string], query, args)
	}
	return packedRows(ctx, s, unprepared[string], query, args)
}

func listQuery(f ports.TicketFilter, p ports.Page) (query string, args []any) {
	if f.Search != nil {
		return searchQuery(f, p)
	}
	c := sqlstore.Matching(f, placeholder)
	var further []string
	if noIndexOfItsOwn(f) {
		further = append(further, always)
	}
	if p.Offset == 0 {
		return page(listSQL, c, p, further...)
	}
	skip, args := page(skipSQL, c, p, further...)
	return listSQL + ` WHERE id = ANY (ARRAY(` + skip + `))` + newestFirst, args
}

// noIndexOfItsOwn reports whether the index of all tickets serves the filter. It serves "needs no review"
// too, which is true of nearly every ticket.
func noIndexOfItsOwn(f ports.TicketFilter) bool {
	if f.NeedsReview != nil && !*f.NeedsReview {
		f.NeedsReview = nil
	}
	return f == (ports.TicketFilter{})
}

// CountTickets implements ports.TicketLister.
func (s *Store) CountTickets(ctx context.Context, f ports.TicketFilter, limit int) (int, bool, error) {
	n, err := s.count(ctx, f, limit+1)
	if err != nil {
		return 0, false, failed(ctx, err, "count tickets")
	}
	return min(n, limit), n <= limit, nil
}

// count may count more than limit.
func (s *Store) count(ctx context.Context, f ports.TicketFilter, limit int) (int, error) {
	if f.Search != nil {
		query, args := countSearchedQuery(f, limit)
		counts, err := unprepared[int](ctx, s, query, args...)
		if err != nil {
			return 0, err
		}
		return counts[0], nil
	}
	c := sqlstore.Matching(f, placeholder)
	n, _, err := one[int](ctx, s, countSQL+c.Where()+` LIMIT `+strconv.Itoa(limit)+`) AS matching`, c.Args()...)
	return n, err
}

func placeholder(n int) string { return "$" + strconv.Itoa(n) }

func after(c *sqlstore.Conditions, p *ports.Position) string {
	return `(created_at, id) < (` + c.Arg(p.CreatedAt.UTC()) + `, ` + c.Arg(p.ID) + `)`
}

// page completes the query of a list. It asks for one row more, which tells whether there is a next page. The
// limit is part of the text: the planner does better with a number than with a parameter.
func page(query string, c *sqlstore.Conditions, p ports.Page, further ...string) (string, []any) {
	if p.After != nil {
		further = append(further, after(c, p.After))
	}
	query += c.Where(further...) + newestFirst + ` LIMIT ` + strconv.Itoa(p.Limit+1)
	if p.Offset > 0 {
		query += ` OFFSET ` + c.Arg(p.Offset)
	}
	return query, c.Args()
}
