package apijson

import (
	"strconv"

	"ticketd/domain"
)

// AppendEvent appends e as clients see it.
func AppendEvent(b []byte, e domain.Event) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), e.ID, 10)
	b = appendText(append(b, `,"type":`...), e.Type.String())
	b = appendTime(append(b, `,"created_at":`...), e.At)
	b = strconv.AppendInt(append(b, `,"data":{"ticket":{"id":`...), int64(e.Ticket.ID), 10)
	return append(b, `}}}`...)
}
