package httpapi

import (
	"strconv"

	"github.com/oapi-codegen/nullable"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

const defaultLimit = 20

// The lists' names within cursors.
const (
	listOfTickets = "tickets"
	listOfUsers   = "users"
	recordPrefix  = "classifications-"
)

// recordOf names the record of one ticket: a cursor of another ticket's is refused.
func recordOf(id int64) string { return recordPrefix + strconv.FormatInt(id, 10) }

func ticketToAPI(t domain.Ticket) gen.Ticket {
	s := t.Snapshot()
	return gen.Ticket{
		Id: int64(s.ID), Title: s.Title, Description: s.Description,
		Status: gen.Status(s.Status.String()), AiStatus: gen.AIStatus(s.AIStatus.String()),
		Category: labelToAPI[gen.Category](s.Category), Priority: labelToAPI[gen.Priority](s.Priority),
		AiConfidence: optional(s.AIConfidence), ClassifiedBy: labelToAPI[gen.Source](s.ClassifiedBy),
		CreatedBy: userIDToAPI(s.CreatedBy), CreatedAt: s.CreatedAt,
	}
}

func userToAPI(u domain.User) gen.User {
	return gen.User{Id: int64(u.ID()), Name: u.Name(), Email: u.Email(), CreatedAt: u.CreatedAt()}
}

func labelToAPI[T ~string](l interface {
	String() string
	IsZero() bool
}) nullable.Nullable[T] {
	if l.IsZero() {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(T(l.String()))
}

func optional[T any](v *T) nullable.Nullable[T] {
	if v == nil {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(*v)
}

func userIDToAPI(id *domain.UserID) nullable.Nullable[int64] {
	if id == nil {
		return nullable.NewNullNullable[int64]()
	}
	return nullable.NewNullableWithValue(int64(*id))
}

func userIDFromAPI(id *int64) *domain.UserID {
	if id == nil {
		return nil
	}
	u := domain.UserID(*id)
	return &u
}

// pageFromAPI applies the defaults and refuses an offset beside a cursor.
func pageFromAPI(list string, limit, offset *int, cursor *string) (ports.Page, error) {
	p := ports.Page{Limit: defaultLimit}
	if limit != nil {
		p.Limit = *limit
	}
	if offset != nil {
		p.Offset = *offset
	}
	if cursor == nil {
		return p, nil
	}
	if offset != nil {
		return p, domain.Invalid("cursor", "excludes offset: send one of them")
	}
	at, ok := decodeCursor(list, *cursor)
	if !ok {
		return p, domain.Invalid("cursor", badCursor)
	}
	p.After = &at
	return p, nil
}

func paginationToAPI(list string, p ports.Page, next *ports.Position) gen.Pagination {
	out := gen.Pagination{
		Limit: p.Limit, Offset: p.Offset, NextCursor: nullable.NewNullNullable[string](),
		Total: nullable.NewNullNullable[int](), TotalIsExact: nullable.NewNullNullable[bool](),
	}
	if next != nil {
		out.NextCursor = nullable.NewNullableWithValue(encodeCursor(list, *next))
	}
	return out
}

func ticketPageToAPI(p ports.Page, l app.TicketList) gen.TicketPage {
	out := gen.TicketPage{Data: make([]gen.Ticket, len(l.Items)), Pagination: paginationToAPI(listOfTickets, p, l.Next)}
	for i, t := range l.Items {
		out.Data[i] = ticketToAPI(t)
	}
	if l.Total != nil {
		out.Pagination.Total = nullable.NewNullableWithValue(*l.Total)
		out.Pagination.TotalIsExact = nullable.NewNullableWithValue(l.TotalIsExact)
	}
	return out
}

func userPageToAPI(p ports.Page, s ports.Slice[domain.User]) gen.UserPage {
	out := gen.UserPage{Data: make([]gen.User, len(s.Items)), Pagination: paginationToAPI(listOfUsers, p, s.Next)}
	for i, u := range s.Items {
		out.Data[i] = userToAPI(u)
	}
	return out
}

// filterFromAPI takes labels that the validation has already found to be on their lists, and refuses others all the same.
func filterFromAPI(q gen.ListTicketsParams) (ports.TicketFilter, error) {
	f := ports.TicketFilter{CreatedBy: userIDFromAPI(q.CreatedBy), NeedsReview: q.NeedsReview}
	var errs [5]error
	f.Category, errs[0] = labelFromAPI(q.Category, domain.ParseCategory)
	f.Priority, errs[1] = labelFromAPI(q.Priority, domain.ParsePriority)
	f.Status, errs[2] = labelFromAPI(q.Status, domain.ParseStatus)
	f.AIStatus, errs[3] = labelFromAPI(q.AiStatus, domain.ParseAIStatus)
	if q.Q != nil {
		f.Search, errs[4] = search.Parse(*q.Q)
	}
	for _, err := range errs {
		if err != nil {
			return ports.TicketFilter{}, err
		}
	}
	return f, nil
}

func labelFromAPI[A ~string, L any](s *A, parse func(string) (L, error)) (L, error) {
	if s == nil {
		var none L
		return none, nil
	}
	return parse(string(*s))
}
