package openai

import (
	"github.com/go-json-experiment/json/jsontext"

	"ticketd/adapters/internal/redact"
	"ticketd/domain"
)

// ticket is what the provider sees of a text, and so all of it that an answer can repeat. With placeholders in it, it may be
// longer than a domain.Text.
type ticket struct{ title, description string }

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
