package sqlite

import (
	"ticketd/domain"
	"ticketd/ports"
)

// ListQuery shows the tests the statement of a list.
func ListQuery(f ports.TicketFilter, p ports.Page) (string, []any) { return listQuery(f, p) }

// AddTicketSQL stores a ticket without its words. It names the fields of NewRow.
func AddTicketSQL() string { return addTicketSQL }

// NewRow returns t as AddTicketSQL stores it.
func NewRow(t domain.Ticket) any { return newRow(t, ports.Lease{}) }

// LabelledSQL shows the tests the statement of a page of labelled tickets.
func LabelledSQL() string { return labelledSQL() }
