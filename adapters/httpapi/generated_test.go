package httpapi_test

import (
	"encoding/json"

	"github.com/oapi-codegen/nullable"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/httpapi/gen"
	"ticketd/adapters/internal/apijson"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// What the contract's own types say: the yardstick for what the API writes.

func generatedUser(u domain.User) gen.User {
	return gen.User{Id: int64(u.ID()), Name: u.Name(), Email: u.Email(), CreatedAt: u.CreatedAt()}
}

func generatedClassification(c domain.Classification) gen.Classification {
	return gen.Classification{
		Id:                 c.ID,
		Source:             gen.Source(c.Source.String()),
		Model:              orNull(c.Model),
		PromptVersion:      orNull(c.PromptVersion),
		Category:           orNull(gen.Category(c.Category.String())),
		Priority:           orNull(gen.Priority(c.Priority.String())),
		Confidence:         orNil(c.Confidence),
		PriorityConfidence: orNil(c.PriorityConfidence),
		Reason:             orNull(c.Reason),
		Attempt:            c.Attempt,
		LatencyMs:          c.Latency.Milliseconds(),
		InputTokens:        c.InputTokens,
		OutputTokens:       c.OutputTokens,
		Error:              orNull(c.ErrorCode),
		By:                 orNull(c.By),
		CreatedAt:          c.At,
	}
}

func generatedTicketPage(p ports.Page, l app.TicketList) gen.TicketPage {
	page := gen.TicketPage{
		Data:       make([]gen.Ticket, len(l.Items)),
		Pagination: generatedPagination("tickets", p, l.Next),
	}
	for i, t := range l.Items {
		err := json.Unmarshal(apijson.AppendTicket(nil, t), &page.Data[i])
		if err != nil {
			panic(err)
		}
	}
	if l.Total != nil {
		page.Pagination.Total = nullable.NewNullableWithValue(*l.Total)
		page.Pagination.TotalIsExact = nullable.NewNullableWithValue(l.TotalIsExact)
	}
	return page
}

func generatedRecord(
	ticket string,
	p ports.Page,
	s ports.Slice[domain.Classification],
) gen.ClassificationPage {
	page := gen.ClassificationPage{
		Data: make(
			[]gen.Classification,
			len(s.Items),
		),
		Pagination: generatedPagination("classifications-"+ticket, p, s.Next),
	}
	for i, c := range s.Items {
		page.Data[i] = generatedClassification(c)
	}
	return page
}

func generatedPagination(list string, p ports.Page, next *ports.Position) gen.Pagination {
	out := gen.Pagination{
		Limit: p.Limit, Offset: p.Offset, NextCursor: nullable.NewNullNullable[string](),
		Total: nullable.NewNullNullable[int](), TotalIsExact: nullable.NewNullNullable[bool](),
	}
	if next != nil {
		out.NextCursor = nullable.NewNullableWithValue(httpapi.EncodeCursor(list, *next))
	}
	return out
}

func orNull[T ~string](s T) nullable.Nullable[T] {
	if s == "" {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(s)
}

func orNil[T any](v *T) nullable.Nullable[T] {
	if v == nil {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(*v)
}
