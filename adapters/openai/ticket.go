package openai

import (
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"ticketd/adapters/openai/internal/answer"
	"ticketd/adapters/openai/internal/failure"
	"ticketd/adapters/openai/internal/redact"
	"ticketd/domain"
)

// ticket is what the provider sees of a text, and so all of the ticket that an answer can repeat. With
// placeholders in it, it may be longer than a domain.Text.
type ticket struct{ title, description string }

func (c *Classifier) ticket(text domain.Text) ticket {
	if c.redact {
		return ticket{redact.Text(text.Title()), redact.Text(text.Description())}
	}
	return ticket{text.Title(), text.Description()}
}

func (t ticket) sent() failure.Sent { return failure.Sent{Title: t.title, Description: t.description} }

// userMessage writes the ticket as a JSON object. That is the fence: no text can end the string that holds
// it.
func (t ticket) userMessage() string {
	b := make([]byte, 0, len(t.title)+len(t.description)+64)
	b = append(b, `{"title":`...)
	b = quote(b, t.title)
	b = append(b, `,"description":`...)
	b = quote(b, t.description)
	return string(append(b, '}'))
}

// quote fails only on bad UTF-8, which no ticket has and which quote would replace.
func quote(b []byte, s string) []byte {
	quoted, _ := jsontext.AppendQuote(b, s)
	return quoted
}

const (
	gap      = "\n[…]\n" // stands where a text was shortened
	minShort = 400       // the least that is left of a shortened text, in bytes
)

// shortenedTo keeps the beginning and the end of a description that is longer than room, in bytes; 0 is
// room for any.
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

// bytesPerToken is the rule of thumb for English; other languages take more tokens.
const bytesPerToken = 4

// EstimateTokens returns roughly the tokens that one call for the text takes. It asks nobody.
func EstimateTokens(text domain.Text) (input, output int) {
	bytes := len(instructions) + len(schema) + len(ticket{text.Title(), text.Description()}.userMessage())
	return bytes / bytesPerToken, answer.UsualTokens
}
