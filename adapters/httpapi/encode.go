package httpapi

import (
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// The functions below append a value as the contract describes it, members in the contract's order.

func appendTicket(b []byte, t domain.Ticket) []byte {
	s := t.Snapshot()
	b = strconv.AppendInt(append(b, `{"id":`...), int64(s.ID), 10)
	b = appendText(append(b, `,"title":`...), s.Title)
	b = appendText(append(b, `,"description":`...), s.Description)
	b = appendText(append(b, `,"status":`...), s.Status.String())
	b = appendOptional(append(b, `,"category":`...), s.Category.String())
	b = appendOptional(append(b, `,"priority":`...), s.Priority.String())
	b = appendText(append(b, `,"ai_status":`...), s.AIStatus.String())
	b = appendFigure(append(b, `,"ai_confidence":`...), s.AIConfidence)
	b = appendOptional(append(b, `,"classified_by":`...), s.ClassifiedBy.String())
	b = appendUserID(append(b, `,"created_by":`...), s.CreatedBy)
	b = appendTime(append(b, `,"created_at":`...), s.CreatedAt)
	return append(b, '}')
}

func appendUser(b []byte, u domain.User) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), int64(u.ID()), 10)
	b = appendText(append(b, `,"name":`...), u.Name())
	b = appendText(append(b, `,"email":`...), u.Email())
	b = appendTime(append(b, `,"created_at":`...), u.CreatedAt())
	return append(b, '}')
}

func appendClassification(b []byte, c domain.Classification) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), c.ID, 10)
	b = appendText(append(b, `,"source":`...), c.Source.String())
	b = appendOptional(append(b, `,"model":`...), c.Model)
	b = appendOptional(append(b, `,"prompt_version":`...), c.PromptVersion)
	b = appendOptional(append(b, `,"category":`...), c.Category.String())
	b = appendOptional(append(b, `,"priority":`...), c.Priority.String())
	b = appendFigure(append(b, `,"confidence":`...), c.Confidence)
	b = appendFigure(append(b, `,"priority_confidence":`...), c.PriorityConfidence)
	b = appendOptional(append(b, `,"reason":`...), c.Reason)
	b = strconv.AppendInt(append(b, `,"attempt":`...), int64(c.Attempt), 10)
	b = strconv.AppendInt(append(b, `,"latency_ms":`...), c.Latency.Milliseconds(), 10)
	b = strconv.AppendInt(append(b, `,"input_tokens":`...), int64(c.InputTokens), 10)
	b = strconv.AppendInt(append(b, `,"output_tokens":`...), int64(c.OutputTokens), 10)
	b = appendOptional(append(b, `,"error":`...), c.ErrorCode)
	b = appendTime(append(b, `,"created_at":`...), c.At)
	return append(b, '}')
}

// appendPage appends one page of list; each appends one of its items.
func appendPage[T any](b []byte, list string, p ports.Page, s ports.Slice[T], each func([]byte, T) []byte) []byte {
	return append(appendUncounted(b, list, p, s, each), `,"total":null,"total_is_exact":null}}`...)
}

// ticketRoom is more than a ticket takes beside its texts, in bytes.
const ticketRoom = 320

func appendTicketPage(b []byte, p ports.Page, l app.TicketList) []byte {
	room := ticketRoom // for what surrounds them
	for _, t := range l.Items {
		room += ticketRoom + len(t.Text().Title()) + len(t.Text().Description())
	}
	b = slices.Grow(b, room) // a large page is not copied again and again as it grows
	if l.Total == nil {
		return appendPage(b, listOfTickets, p, l.Slice, appendTicket)
	}
	b = appendUncounted(b, listOfTickets, p, l.Slice, appendTicket)
	b = strconv.AppendInt(append(b, `,"total":`...), int64(*l.Total), 10)
	b = strconv.AppendBool(append(b, `,"total_is_exact":`...), l.TotalIsExact)
	return append(b, `}}`...)
}

// appendUncounted appends a page up to the members that say how many items there are.
func appendUncounted[T any](b []byte, list string, p ports.Page, s ports.Slice[T], each func([]byte, T) []byte) []byte {
	b = append(b, `{"data":[`...)
	for i, item := range s.Items {
		if i > 0 {
			b = append(b, ',')
		}
		b = each(b, item)
	}
	b = strconv.AppendInt(append(b, `],"pagination":{"limit":`...), int64(p.Limit), 10)
	b = append(b, `,"next_cursor":`...)
	if s.Next == nil {
		b = append(b, `null`...)
	} else {
		b = appendText(b, encodeCursor(list, *s.Next))
	}
	return strconv.AppendInt(append(b, `,"offset":`...), int64(p.Offset), 10)
}

// appendText cannot fail but for bad UTF-8, which nothing stored has and which it would replace.
func appendText(b []byte, s string) []byte {
	quoted, _ := jsontext.AppendQuote(b, s)
	return quoted
}

// appendOptional writes what is empty as null.
func appendOptional(b []byte, s string) []byte {
	if s == "" {
		return append(b, `null`...)
	}
	return appendText(b, s)
}

// appendFigure takes finite figures only: there is no JSON for others.
func appendFigure(b []byte, f *float64) []byte {
	if f == nil {
		return append(b, `null`...)
	}
	return strconv.AppendFloat(b, *f, 'g', -1, 64)
}

func appendUserID(b []byte, id *domain.UserID) []byte {
	if id == nil {
		return append(b, `null`...)
	}
	return strconv.AppendInt(b, int64(*id), 10)
}

// appendTime writes all six digits of the microseconds, so that times order like their texts.
func appendTime(b []byte, t time.Time) []byte {
	b = t.UTC().AppendFormat(append(b, '"'), time.RFC3339) // unlike a layout of one's own, it has a fast path
	b[len(b)-1] = '.'                                      // in place of the Z
	for micros, digit := t.Nanosecond()/1000, 100_000; digit > 0; digit /= 10 {
		b = append(b, byte('0'+micros/digit%10))
	}
	return append(b, `Z"`...)
}
