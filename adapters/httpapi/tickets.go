package httpapi

import (
	"context"
	"fmt"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/domain"
)

// CreateTicket serves POST /tickets.
func (s *server) CreateTicket(ctx context.Context, req gen.CreateTicketRequestObject) (gen.CreateTicketResponseObject, error) {
	n := app.NewTicket{
		Title: req.Body.Title, Description: req.Body.Description, CreatedBy: userIDFromAPI(req.Body.CreatedBy), KeyScope: KeyName(ctx),
	}
	if req.Params.IdempotencyKey != nil {
		n.Key = *req.Params.IdempotencyKey
	}
	t, err := s.app.CreateTicket.Handle(ctx, n)
	if err != nil {
		return nil, err
	}
	return gen.CreateTicket201JSONResponse{
		Body:    ticketToAPI(t),
		Headers: gen.CreateTicket201ResponseHeaders{Location: fmt.Sprintf("/tickets/%d", t.ID())},
	}, nil
}

// GetTicket serves GET /tickets/{id}.
func (s *server) GetTicket(ctx context.Context, req gen.GetTicketRequestObject) (gen.GetTicketResponseObject, error) {
	t, err := s.app.GetTicket.Handle(ctx, domain.TicketID(req.Id))
	if err != nil {
		return nil, err
	}
	tag := etag(t)
	return gen.GetTicket200JSONResponse{Body: ticketToAPI(t), Headers: gen.GetTicket200ResponseHeaders{ETag: &tag}}, nil
}

// ListTickets serves GET /tickets.
func (s *server) ListTickets(ctx context.Context, req gen.ListTicketsRequestObject) (gen.ListTicketsResponseObject, error) {
	q := req.Params
	filter, err := filterFromAPI(q)
	if err != nil {
		return nil, err
	}
	page, err := pageFromAPI(listOfTickets, q.Limit, q.Offset, q.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.app.ListTickets.Handle(ctx, filter, page, q.IncludeTotal != nil && *q.IncludeTotal)
	if err != nil {
		return nil, err
	}
	return gen.ListTickets200JSONResponse{Body: ticketPageToAPI(page, list)}, nil
}

// ClassifyTicket serves POST /tickets/{id}/classify.
func (s *server) ClassifyTicket(ctx context.Context, req gen.ClassifyTicketRequestObject) (gen.ClassifyTicketResponseObject, error) {
	t, err := s.app.RequestClassification.Handle(ctx, domain.TicketID(req.Id))
	if err != nil {
		return nil, err
	}
	if s.queued {
		return gen.ClassifyTicket202JSONResponse{Body: ticketToAPI(t)}, nil
	}
	return gen.ClassifyTicket200JSONResponse{Body: ticketToAPI(t)}, nil
}
