package apijson

import (
	"fmt"
	"net/url"
	"strconv"

	"ticketd/domain"
)

// AppendEvent appends e as the feed shows it and as webhooks get it.
func AppendEvent(b []byte, e domain.Event) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), e.ID, 10)
	b = appendText(append(b, `,"type":`...), e.Type.String())
	b = appendTime(append(b, `,"created_at":`...), e.At)
	b = append(b, `,"data":{`...)
	if e.Webhook != nil {
		b = strconv.AppendInt(append(b, `"webhook":{"id":`...), int64(e.Webhook.ID), 10)
		b = appendText(append(b, `,"url":`...), receiver(e.Webhook.URL))
		b = appendOptional(append(b, `,"disabled":`...), e.Webhook.Disabled.String())
		return append(b, `}}}`...)
	}
	b = appendSnapshot(append(b, `"ticket":`...), e.Ticket)
	if e.Previous != nil {
		b = appendChange(append(b, `,"previous":`...), *e.Previous)
	}
	return append(b, `}}`...)
}

// receiver returns the scheme and host of a URL whose path and query may be secret.
func receiver(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// appendChange appends the fields that changed, as they were.
func appendChange(b []byte, c domain.TicketChange) []byte {
	first := len(b) + 1
	member := func(name string) {
		if len(b) > first {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), name...), '"', ':')
	}
	label := func(name string, was fmt.Stringer) {
		member(name)
		b = appendOptional(b, was.String())
	}
	b = append(b, '{')
	if c.Status != nil {
		label("status", *c.Status)
	}
	if c.Category != nil {
		label("category", *c.Category)
	}
	if c.Priority != nil {
		label("priority", *c.Priority)
	}
	if c.AIStatus != nil {
		label("ai_status", *c.AIStatus)
	}
	if c.AIConfidence != nil {
		member("ai_confidence")
		b = appendFigure(b, *c.AIConfidence)
	}
	if c.ClassifiedBy != nil {
		label("classified_by", *c.ClassifiedBy)
	}
	if c.NeedsReview != nil {
		member("needs_review")
		b = strconv.AppendBool(b, *c.NeedsReview)
	}
	if c.Review != nil {
		label("review", *c.Review)
	}
	return append(b, '}')
}
