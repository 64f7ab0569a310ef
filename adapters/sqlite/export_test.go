package sqlite

import (
	"ticketd/domain"
	"ticketd/ports"
)

// ListQuery shows the tests the statement of a list.
func ListQuery(f ports.TicketFilter, p ports.Page) (string, []any) { return listQuery(f, p) }

// AddTicketSQL stores a ticket without its words.
const AddTicketSQL = addTicketSQL

// NewTicketArgs are its values.
func NewTicketArgs(t domain.Ticket) []any { return newTicket(t, 0) }

// LabelledSQL shows the tests the statement of a page of labelled tickets.
func LabelledSQL() string { return labelledSQL() }
