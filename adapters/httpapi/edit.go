package httpapi

import (
	"context"
	"net/http"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/domain"
)

// EditTicket serves PATCH /tickets/{id}.
func (s *server) EditTicket(ctx context.Context,
	req gen.EditTicketRequestObject) (gen.EditTicketResponseObject, error) {
	edit, err := editFromAPI(*req.Body)
	if err != nil {
		return nil, err
	}
	edit.By, edit.IfVersion = KeyName(ctx), versionsFromAPI(req.Params.IfMatch)
	t, err := s.app.EditTicket.Handle(ctx, domain.TicketID(req.Id), edit)
	if err != nil {
		return nil, err
	}
	return taggedTicket(http.StatusOK, t), nil
}

func editFromAPI(b gen.TicketEdit) (app.TicketEdit, error) {
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
	return e, nil
}

// DeleteTicket serves DELETE /tickets/{id}.
func (s *server) DeleteTicket(ctx context.Context,
	req gen.DeleteTicketRequestObject) (gen.DeleteTicketResponseObject, error) {
	err := s.app.DeleteTicket.Handle(ctx, domain.TicketID(req.Id), versionsFromAPI(req.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return gen.DeleteTicket204Response{}, nil
}
