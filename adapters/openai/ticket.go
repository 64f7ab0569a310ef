package openai

import (
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"ticketd/adapters/openai/internal/failure"
	"ticketd/adapters/openai/internal/redact"
	"ticketd/domain"
)

// ticket is what the provider sees of a text, and so all of it that an answer can repeat. With placeholders in it, it may be
// longer than a domain.Text.
type ticket struct{ title, description string }

func (t ticket) sent() failure.Sent { return failure.Sent{Title: t.title, Description: t.description} }

func (c *Classifier) ticket(text domain.Text) ticket {
	t := asSent(text)
	if c.redact {
		return ticket{redact.Text(t.title), redact.Text(t.description)}
	}
	return t
}

func asSent(text domain.Text) ticket { return ticket{text.Title(), text.Description()} }

// userMessage gives the ticket as a JSON object. That is the fence: no text can end the string that it stands in.
func (t ticket) userMessage() string {
	b := make([]byte, 0, len(t.title)+len(t.description)+64)
	b = append(b, `{"title":`...)
	b = quote(b, t.title)
	b = append(b, `,"description":`...)
	b = quote(b, t.description)
	return string(append(b, '}'))
}

// quote cannot fail but for bad UTF-8, which no ticket has and which it would replace.
func quote(b []byte, s string) []byte {
	quoted, _ := jsontext.AppendQuote(b, s)
	return quoted
}

// The marks of a shortened text, and the least that is left of one, in bytes.
const (
	gap      = "\n[…]\n"
	minShort = 400
)

// shortenedTo keeps the beginning and the end of a description that is longer than room, in bytes; 0 is room for any.
func (t ticket) shortenedTo(room int) ticket {
	if room == 0 || len(t.description) <= room || room < len(gap)+2 {
		return t
	}
	keep := room - len(gap)
	head, tail := t.description[:keep*2/3], t.description[len(t.description)-keep/3:]
	for !utf8.ValidString(head) {
		head = head[:len(head)-1]
	}
	for !utf8.ValidString(tail) {
		tail = tail[1:]
	}
	t.description = head + gap + tail
	return t
}

// smaller makes a call that did not fit the model's context smaller: first its answer, then its text. It reports whether it could.
func (now *turn) smaller(t *ticket) bool {
	if now.budget > minBudget {
		now.budget = max(now.budget/4, minBudget)
		return true
	}
	if len(t.description) <= minShort {
		return false
	}
	*t = t.shortenedTo(max(len(t.description)/2, minShort))
	return true
}
