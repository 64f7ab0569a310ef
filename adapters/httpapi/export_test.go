package httpapi

import (
	"ticketd/adapters/httpapi/gen"
	"ticketd/domain"
	"ticketd/ports"
)

// These are for the tests outside the package.
var (
	EncodeCursor = encodeCursor
	DecodeCursor = decodeCursor

	AppendTicketPage = appendTicketPage
	AppendUser       = appendUser
)

// NewOwnCount returns the process's own count and a function that returns how many clients it remembers.
func NewOwnCount(clock ports.Clock) (ports.RequestCounter, func() int, error) {
	own, err := newOwnCount(clock)
	return own, func() int { return own.clients.Len() }, err
}

// AppendRecord appends a page of a ticket's record.
func AppendRecord(b []byte, ticket int64, p ports.Page, s ports.Slice[domain.Classification]) []byte {
	return appendPage(b, recordOf(ticket), p, s, appendClassification)
}

// BindNewTicket decodes a valid body as the handler's input.
func BindNewTicket(raw []byte) (t gen.NewTicket, ok bool, err error) {
	members, ok := readMembers(raw)
	b := &body{raw: raw, members: members}
	return t, ok, b.bindNewTicket(&t)
}

// ReadMembers returns the members of an object by name.
func ReadMembers(raw []byte) (map[string]any, bool) {
	members, ok := readMembers(raw)
	values := map[string]any{}
	for _, m := range members {
		values[m.name] = m.value()
	}
	return values, ok
}
