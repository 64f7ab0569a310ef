package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/domain"
)

// newTicketRules are the rules that the schema of a new ticket cannot express.
var newTicketRules = map[string]func(string) string{
	"title": domain.CheckTitle, "description": domain.CheckDescription, "Idempotency-Key": checkIdempotencyKey,
}

// CreateTicket serves POST /tickets.
func (s *server) CreateTicket(ctx context.Context,
	req gen.CreateTicketRequestObject) (gen.CreateTicketResponseObject, error) {
	n := app.NewTicket{
		Title: req.Body.Title, Description: req.Body.Description, CreatedBy: userIDFromAPI(req.Body.CreatedBy),
		KeyScope: KeyName(ctx),
	}
	if req.Params.IdempotencyKey != nil {
		n.Key = *req.Params.IdempotencyKey
	}
	t, err := s.app.CreateTicket.Handle(ctx, n)
	if err != nil {
		return nil, err
	}
	created := taggedTicket(http.StatusCreated, t)
	created.location = "/tickets/" + strconv.FormatInt(int64(t.ID()), 10)
	return created, nil
}

// GetTicket serves GET /tickets/{id}.
func (s *server) GetTicket(ctx context.Context,
	req gen.GetTicketRequestObject) (gen.GetTicketResponseObject, error) {
	t, err := s.app.Tickets.Ticket(ctx, domain.TicketID(req.Id))
	if err != nil {
		return nil, err
	}
	return taggedTicket(http.StatusOK, t), nil
}

// ListTickets serves GET /tickets.
func (s *server) ListTickets(ctx context.Context,
	req gen.ListTicketsRequestObject) (gen.ListTicketsResponseObject, error) {
	q := req.Params
	filter, err := filterFromAPI(q)
	if err != nil {
		return nil, err
	}
	page, err := pageFromAPI(listOfTickets, q.Limit, q.Offset, q.Cursor)
	if err != nil {
		return nil, err
	}
	body, err := s.lists.page(ctx, listKeyOf(q), listCall{filter, page, valueOf(q.IncludeTotal)})
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, body: body}, nil
}

// ClassifyTicket serves POST /tickets/{id}/classify.
func (s *server) ClassifyTicket(ctx context.Context,
	req gen.ClassifyTicketRequestObject) (gen.ClassifyTicketResponseObject, error) {
	t, err := s.app.RequestClassification.Handle(ctx, domain.TicketID(req.Id))
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if s.queued {
		status = http.StatusAccepted
	}
	return taggedTicket(status, t), nil
}

// taggedTicket returns the answer with t and its version.
func taggedTicket(status int, t domain.Ticket) *answer {
	return &answer{status: status, etag: tagOf(t.Version()), body: ticketJSON(t)}
}
