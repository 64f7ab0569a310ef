package httpapi

import (
	"context"

	"github.com/oapi-codegen/nullable"

	"ticketd/adapters/httpapi/gen"
	"ticketd/domain"
)

// ListClassifications serves GET /tickets/{id}/classifications.
func (s *server) ListClassifications(ctx context.Context, req gen.ListClassificationsRequestObject) (gen.ListClassificationsResponseObject, error) {
	list := recordOf(req.Id)
	page, err := pageFromAPI(list, req.Params.Limit, nil, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	slice, err := s.app.ListClassifications.Handle(ctx, domain.TicketID(req.Id), page)
	if err != nil {
		return nil, err
	}
	out := gen.ClassificationPage{Data: make([]gen.Classification, len(slice.Items)), Pagination: paginationToAPI(list, page, slice.Next)}
	for i, c := range slice.Items {
		out.Data[i] = classificationToAPI(c)
	}
	return gen.ListClassifications200JSONResponse{Body: out}, nil
}

func classificationToAPI(c domain.Classification) gen.Classification {
	return gen.Classification{
		Id: c.ID, Source: gen.Source(c.Source.String()), Model: textToAPI(c.Model), PromptVersion: textToAPI(c.PromptVersion),
		Category: labelToAPI[gen.Category](c.Category), Priority: labelToAPI[gen.Priority](c.Priority),
		Confidence: optional(c.Confidence), PriorityConfidence: optional(c.PriorityConfidence), Reason: textToAPI(c.Reason),
		Attempt: c.Attempt, LatencyMs: c.Latency.Milliseconds(), InputTokens: c.InputTokens, OutputTokens: c.OutputTokens,
		Error: textToAPI(c.ErrorCode), CreatedAt: c.At,
	}
}

func textToAPI(s string) nullable.Nullable[string] {
	if s == "" {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue(s)
}
