package httpapi

import (
	"strconv"

	"ticketd/adapters/httpapi/gen"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

const defaultLimit = 20

// The names of the lists within cursors.
const (
	listOfTickets = "tickets"
	listOfUsers   = "users"
	recordPrefix  = "classifications-"
)

// recordOf names the record of one ticket, so that a cursor of another ticket's record is refused.
func recordOf(id int64) string { return recordPrefix + strconv.FormatInt(id, 10) }

func userIDFromAPI(id *int64) *domain.UserID {
	if id == nil {
		return nil
	}
	u := domain.UserID(*id)
	return &u
}

// pageFromAPI applies the defaults and refuses an offset beside a cursor.
func pageFromAPI(list string, limit, offset *int, cursor *string) (ports.Page, error) {
	p := ports.Page{Limit: limitFromAPI(limit)}
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

func limitFromAPI(limit *int) int {
	if limit == nil {
		return defaultLimit
	}
	return *limit
}

// filterFromAPI returns the filter. The validation has checked the labels; an unknown one is an error all the
// same.
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
