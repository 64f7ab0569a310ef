package postgres

import (
	"ticketd/domain"
	"ticketd/ports"
)

// ListQuery shows the tests the statement of a list.
func ListQuery(f ports.TicketFilter, p ports.Page) (string, []any) { return listQuery(f, p) }

// The statements that store a ticket, without and with its words.
const (
	InsertTicketSQL = insertTicketSQL
	AddTicketSQL    = addTicketSQL
)

// SharedStatements are those that serve several calls at once.
func SharedStatements() []string {
	return []string{
		ticketsTogetherSQL, creatorsTogetherSQL, addTogetherSQL, saveTogetherSQL, claimTogetherSQL, releaseTogetherSQL,
	}
}

// NewTicketArgs are the values of AddTicketSQL, or of InsertTicketSQL if plain.
func NewTicketArgs(t domain.Ticket, plain bool) []any {
	args := newTicket(t, 0)
	if plain {
		return args[:len(args)-1]
	}
	return args
}

// LabelledSQL shows the tests the statement of a page of labelled tickets.
func LabelledSQL() string { return labelledSQL() }
