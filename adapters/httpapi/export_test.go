package httpapi

import (
	"ticketd/domain"
	"ticketd/ports"
)

// What tests outside the package look at.
var (
	EncodeCursor = encodeCursor
	DecodeCursor = decodeCursor

	AppendTicketPage = appendTicketPage
	AppendUser       = appendUser
)

// NewOwnCount makes the process's own count and a function that gives how many clients it remembers.
func NewOwnCount(clock ports.Clock) (ports.RequestCounter, func() int, error) {
	own, err := newOwnCount(clock)
	return own, func() int { return own.clients.Len() }, err
}

// AppendRecord appends a page of a ticket's record.
func AppendRecord(b []byte, ticket int64, p ports.Page, s ports.Slice[domain.Classification]) []byte {
	return appendPage(b, recordOf(ticket), p, s, appendClassification)
}
