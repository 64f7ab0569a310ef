package sqlstore

import (
	"cmp"
	"slices"

	"ticketd/domain"
	"ticketd/ports"
)

// AddedRow is the id that the nth ticket of a batch got, from 0.
type AddedRow struct {
	N  int   `db:"n"`
	ID int64 `db:"id"`
}

// Added returns the tickets of the batch that were stored, in their order.
func Added(tickets []ports.ImportedTicket, rows []AddedRow) []domain.Ticket {
	slices.SortFunc(rows, func(a, b AddedRow) int { return cmp.Compare(a.N, b.N) })
	list := make([]domain.Ticket, len(rows))
	for i, r := range rows {
		list[i] = tickets[r.N].Ticket.Stored(domain.TicketID(r.ID))
	}
	return list
}

// KnownRow is a ticket that an import stored, with its key.
type KnownRow struct {
	Key         string `db:"key"`
	ID          int64  `db:"id"`
	Title       string `db:"title"`
	Description string `db:"description"`
}

// Known returns the rows by key.
func Known(rows []KnownRow) map[string]ports.KnownImport {
	known := make(map[string]ports.KnownImport, len(rows))
	for _, r := range rows {
		known[r.Key] = ports.KnownImport{ID: domain.TicketID(r.ID), Title: r.Title, Description: r.Description}
	}
	return known
}
