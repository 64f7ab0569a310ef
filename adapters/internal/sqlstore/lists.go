package sqlstore

import (
	"slices"
	"strings"

	"ticketd/domain"
	"ticketd/ports"
)

// Conditions collects the parts of a WHERE clause and the values of their placeholders.
type Conditions struct {
	parts []string
	args  []any
	// placeholder returns the engine's placeholder number n, from 1.
	placeholder func(n int) string
}

// Anything returns no condition.
func Anything(placeholder func(n int) string) *Conditions {
	return &Conditions{placeholder: placeholder}
}

// Matching returns what a filter demands. The labels stand in the text, since there are few of them, and a
// planner that sees them chooses the right index.
func Matching(f ports.TicketFilter, placeholder func(n int) string) *Conditions {
	c := Anything(placeholder)
	c.label("category", f.Category.String())
	c.label("priority", f.Priority.String())
	c.label("status", f.Status.String())
	c.label("ai_status", f.AIStatus.String())
	if f.NeedsReview != nil {
		c.parts = append(c.parts, map[bool]string{true: "needs_review", false: "NOT needs_review"}[*f.NeedsReview])
	}
	if f.CreatedBy != nil {
		c.Equal("created_by", int64(*f.CreatedBy))
	}
	return c
}

// label takes slugs of the domain only: lower-case letters.
func (c *Conditions) label(column, slug string) {
	if slug != "" {
		c.parts = append(c.parts, column+" = '"+slug+"'")
	}
}

// Equal demands a value.
func (c *Conditions) Equal(column string, value any) {
	c.parts = append(c.parts, column+" = "+c.Arg(value))
}

// Demand adds a part in the engine's words.
func (c *Conditions) Demand(part string) { c.parts = append(c.parts, part) }

// Arg adds a value and returns its placeholder.
func (c *Conditions) Arg(v any) string {
	c.args = append(c.args, v)
	return c.placeholder(len(c.args))
}

// Where returns the clause, with further parts in the engine's words, or "" if everything matches.
func (c *Conditions) Where(further ...string) string {
	parts := append(slices.Clip(c.parts), further...)
	if len(parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(parts, " AND ")
}

// Args returns the values of the placeholders, in their order.
func (c *Conditions) Args() []any { return c.args }

// TicketSlice returns one page. rows are up to limit+1: the last one tells whether there is another page.
func TicketSlice(rows []TicketRow, limit int) (ports.Slice[domain.Ticket], error) {
	rows, next := cut(rows, limit, func(r TicketRow) ports.Position { return position(r.CreatedAt, r.ID) })
	items, err := Tickets(rows)
	return ports.Slice[domain.Ticket]{Items: items, Next: next}, err
}

// UserSlice does the same for users.
func UserSlice(rows []UserRow, limit int) ports.Slice[domain.User] {
	rows, next := cut(rows, limit, func(r UserRow) ports.Position { return position(r.CreatedAt, r.ID) })
	return ports.Slice[domain.User]{Items: Users(rows), Next: next}
}

// EntrySlice does the same for the record of a ticket.
func EntrySlice(rows []EntryRow, limit int) (ports.Slice[domain.Classification], error) {
	rows, next := cut(rows, limit, func(r EntryRow) ports.Position { return position(r.CreatedAt, r.ID) })
	items, err := Classifications(rows)
	return ports.Slice[domain.Classification]{Items: items, Next: next}, err
}

func position(createdAt Moment, id int64) ports.Position {
	return ports.Position{CreatedAt: createdAt.Time, ID: id}
}

func cut[R any](rows []R, limit int, positionOf func(R) ports.Position) ([]R, *ports.Position) {
	if len(rows) <= limit {
		return rows, nil
	}
	last := positionOf(rows[limit-1])
	return rows[:limit], &last
}
