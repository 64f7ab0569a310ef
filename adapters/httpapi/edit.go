package httpapi

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/domain"
)

// EditTicket serves PATCH /tickets/{id}.
func (s *server) EditTicket(ctx context.Context, req gen.EditTicketRequestObject) (gen.EditTicketResponseObject, error) {
	edit, err := editFromAPI(*req.Body, req.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	t, err := s.app.EditTicket.Handle(ctx, domain.TicketID(req.Id), edit)
	if err != nil {
		return nil, err
	}
	return taggedTicket(t), nil
}

func editFromAPI(b gen.TicketEdit, ifMatch *string) (app.TicketEdit, error) {
	e := app.TicketEdit{Confirmed: b.Confirmed != nil && bool(*b.Confirmed)}
	var errs [3]error
	e.Status, errs[0] = labelFromAPI(b.Status, domain.ParseStatus)
	e.Category, errs[1] = labelFromAPI(b.Category, domain.ParseCategory)
	e.Priority, errs[2] = labelFromAPI(b.Priority, domain.ParsePriority)
	for _, err := range errs {
		if err != nil {
			return app.TicketEdit{}, err
		}
	}
	if ifMatch != nil {
		e.IfVersion = versions(*ifMatch)
	}
	return e, nil
}

// etag is a strong entity tag (RFC 9110, section 8.8.3).
func etag(t domain.Ticket) string { return `"` + strconv.FormatInt(t.Version(), 10) + `"` }

// entityTags is the grammar of If-Match (RFC 9110, section 13.1.1), with the empty elements of a list that a recipient has to ignore
// (section 5.6.1.2).
var entityTags = regexp.MustCompile(`^([ \t]*\*[ \t]*|[ \t,]*(W/)?"[\x21\x23-\x7E]*"([ \t]*,[ \t,]*(W/)?"[\x21\x23-\x7E]*")*[ \t,]*)$`)

// maxIfMatch is the longest If-Match in characters.
const maxIfMatch = 1000

func checkIfMatch(s string) string {
	switch {
	case len(s) > maxIfMatch:
		return "must have at most " + strconv.Itoa(maxIfMatch) + " characters"
	case !entityTags.MatchString(s):
		return `must be entity tags such as "3", with commas between them, or *`
	}
	return ""
}

// entityTag finds one tag; a comma may stand within it.
var entityTag = regexp.MustCompile(`(W/)?"([^"]*)"`)

// versions are those that If-Match names; nil for *. A weak or foreign tag matches nothing, one that only reads like a number included.
func versions(ifMatch string) []int64 {
	if strings.TrimSpace(ifMatch) == "*" {
		return nil
	}
	list := []int64{}
	for _, tag := range entityTag.FindAllStringSubmatch(ifMatch, -1) {
		v, err := strconv.ParseInt(tag[2], 10, 64)
		if err == nil && tag[1] == "" && strconv.FormatInt(v, 10) == tag[2] {
			list = append(list, v)
		}
	}
	return list
}
