package httpapi

import (
	"bytes"

	"github.com/go-json-experiment/json"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// These are for the tests outside the package.
var (
	EncodeCursor = encodeCursor
	DecodeCursor = decodeCursor

	EncodeEventCursor = encodeEventCursor
	DecodeEventCursor = decodeEventCursor
)

// NewOwnCount returns the process's own count and a function that returns how many clients it remembers.
func NewOwnCount(clock ports.Clock) (ports.RequestCounter, func() int, error) {
	own, err := newOwnCount(clock)
	return own, func() int { return own.clients.Len() }, err
}

// EncodeTicketPage returns the body of an answer with a page of tickets.
func EncodeTicketPage(p ports.Page, l app.TicketList) ([]byte, error) {
	var b bytes.Buffer
	err := ticketPageJSON(p, l)(&b)
	return b.Bytes(), err
}

// EncodeUser returns the body of an answer with a user.
func EncodeUser(u domain.User) ([]byte, error) { return json.Marshal(newUserJSON(u)) }

// EncodeRecord returns the body of an answer with a page of a ticket's record.
func EncodeRecord(ticket int64, p ports.Page, s ports.Slice[domain.Classification]) ([]byte, error) {
	return json.Marshal(newPageJSON(recordOf(ticket), p, s, newClassificationJSON))
}

// BindNewTicket decodes a valid body as the handler's input.
func BindNewTicket(raw []byte) (t gen.NewTicket, ok bool, err error) {
	members, ok := readMembers(raw)
	b := &body{raw: raw, members: members}
	return t, ok, b.bind(&t)
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
