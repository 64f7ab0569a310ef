package httpapi

import (
	"bytes"

	"github.com/go-json-experiment/json"

	"ticketd/adapters/internal/apijson"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// The types below are answers as the contract describes them, members in the contract's order.

type userJSON struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	CreatedAt string `json:"created_at"`
}

func newUserJSON(u domain.User) userJSON {
	return userJSON{int64(u.ID()), u.Name(), u.Email(), apijson.Time(u.CreatedAt())}
}

type classificationJSON struct {
	ID                 int64    `json:"id"`
	Source             string   `json:"source"`
	Model              *string  `json:"model"`
	PromptVersion      *string  `json:"prompt_version"`
	Category           *string  `json:"category"`
	Priority           *string  `json:"priority"`
	Confidence         *float64 `json:"confidence"`
	PriorityConfidence *float64 `json:"priority_confidence"`
	Reason             *string  `json:"reason"`
	Attempt            int      `json:"attempt"`
	LatencyMS          int64    `json:"latency_ms"`
	InputTokens        int      `json:"input_tokens"`
	OutputTokens       int      `json:"output_tokens"`
	Error              *string  `json:"error"`
	By                 *string  `json:"by"`
	CreatedAt          string   `json:"created_at"`
}

func newClassificationJSON(c domain.Classification) classificationJSON {
	return classificationJSON{
		ID: c.ID, Source: c.Source.String(),
		Model: apijson.Optional(c.Model), PromptVersion: apijson.Optional(c.PromptVersion),
		Category: apijson.Optional(c.Category.String()), Priority: apijson.Optional(c.Priority.String()),
		Confidence: c.Confidence, PriorityConfidence: c.PriorityConfidence, Reason: apijson.Optional(c.Reason),
		Attempt: c.Attempt, LatencyMS: c.Latency.Milliseconds(),
		InputTokens: c.InputTokens, OutputTokens: c.OutputTokens,
		Error: apijson.Optional(c.ErrorCode), By: apijson.Optional(c.By), CreatedAt: apijson.Time(c.At),
	}
}

type pageJSON[T any] struct {
	Data       []T            `json:"data"`
	Pagination paginationJSON `json:"pagination"`
}

type paginationJSON struct {
	Limit        int     `json:"limit"`
	NextCursor   *string `json:"next_cursor"`
	Offset       int     `json:"offset"`
	Total        *int    `json:"total"`
	TotalIsExact *bool   `json:"total_is_exact"`
}

func newPaginationJSON(list string, p ports.Page, next *ports.Position) paginationJSON {
	around := paginationJSON{Limit: p.Limit, Offset: p.Offset}
	if next != nil {
		cursor := encodeCursor(list, *next)
		around.NextCursor = &cursor
	}
	return around
}

// newPageJSON returns one page of list; each converts one of its items.
func newPageJSON[D, T any](list string, p ports.Page, s ports.Slice[D], each func(D) T) pageJSON[T] {
	page := pageJSON[T]{make([]T, len(s.Items)), newPaginationJSON(list, p, s.Next)}
	for i, item := range s.Items {
		page.Data[i] = each(item)
	}
	return page
}

// ticketRoom is more than a ticket takes besides its texts, in bytes.
const ticketRoom = 400

// ticketPageJSON is the same for tickets, which are written by hand.
func ticketPageJSON(p ports.Page, l app.TicketList) content {
	return func(b *bytes.Buffer) error {
		room := ticketRoom // for what surrounds them
		for _, t := range l.Items {
			room += ticketRoom + len(t.Text().Title()) + len(t.Text().Description())
		}
		b.Grow(room) // a large page is not copied again and again as it grows
		page := append(b.AvailableBuffer(), `{"data":[`...)
		for i, t := range l.Items {
			if i > 0 {
				page = append(page, ',')
			}
			page = apijson.AppendTicket(page, t)
		}
		b.Write(append(page, `],"pagination":`...))
		around := newPaginationJSON(listOfTickets, p, l.Next)
		if l.Total != nil {
			around.Total, around.TotalIsExact = l.Total, &l.TotalIsExact
		}
		if err := json.MarshalWrite(b, around); err != nil {
			return err
		}
		return b.WriteByte('}')
	}
}
