package postgres

import (
	"ticketd/domain"
	"ticketd/ports"
)

// ListQuery shows the tests the statement of a list.
func ListQuery(f ports.TicketFilter, p ports.Page) (string, []any) { return listQuery(f, p) }

// SharedStatements are those that serve several calls at once.
func SharedStatements() []string {
	return []string{
		readBatchSQL, creatorsBatchSQL, addFreeSQL.plain, addFreeSQL.recording, saveFreeSQL, claimFreeSQL,
	}
}

// AddTicketSQL stores a ticket, LeaveWordsSQL is its part that leaves the words for the index.
var AddTicketSQL, LeaveWordsSQL = addSQL.plain, leaveWordsSQL

// SentTicket is the arguments of AddTicketSQL.
func SentTicket(t domain.Ticket) ([]any, error) { return sentNew([]newRow{{ticket: t}}) }

// LabelledSQL shows the tests the statement of a page of labelled tickets.
func LabelledSQL() string { return labelledSQL() }
