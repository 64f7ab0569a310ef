package httpapi

import (
	"context"
	"net/http"

	"ticketd/adapters/httpapi/gen"
	"ticketd/domain"
)

// ListClassifications serves GET /tickets/{id}/classifications.
func (s *server) ListClassifications(ctx context.Context,
	req gen.ListClassificationsRequestObject) (gen.ListClassificationsResponseObject, error) {
	list := recordOf(req.Id)
	page, err := pageFromAPI(list, req.Params.Limit, nil, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	slice, err := s.app.Record.ListClassifications(ctx, domain.TicketID(req.Id), page)
	if err != nil {
		return nil, err
	}
	record := newPageJSON(list, page, slice, newClassificationJSON)
	return &answer{status: http.StatusOK, body: encoded(record)}, nil
}
