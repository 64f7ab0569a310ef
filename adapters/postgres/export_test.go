package postgres

import (
	"ticketd/domain"
	"ticketd/ports"
)

// ListQuery shows the tests the statement of a list.
func ListQuery(f ports.TicketFilter, p ports.Page) (string, []any) { return listQuery(f, p) }

// CountSearchedQuery shows them the statement that counts a search.
func CountSearchedQuery(f ports.TicketFilter, limit int) (string, []any) {
	return countSearchedQuery(f, limit)
}

// SharedStatements are those that serve several calls at once.
func SharedStatements() []string {
	return []string{
		readBatchSQL, creatorsBatchSQL, addFreeSQL[0][0], addFreeSQL[0][1], addFreeSQL[1][0], addFreeSQL[1][1],
		saveFreeSQL[0], saveFreeSQL[1], claimFreeSQL,
	}
}

// AddTicketSQL stores a ticket, LeaveWordsSQL is its part that leaves the words for the index.
var AddTicketSQL, LeaveWordsSQL = addSQL[0][0], leaveWordsSQL

// EndClaimsSQL ends the claims of claimers that are not there.
const EndClaimsSQL = endClaimsSQL

// SentTicket is the arguments of AddTicketSQL.
func SentTicket(t domain.Ticket) ([]any, error) { return new(Store).sentNew([]newRow{{ticket: t}}) }

// LabelledSQL shows the tests the statement of a page of labelled tickets.
func LabelledSQL() string { return labelledSQL() }
