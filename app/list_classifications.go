package app

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// ListClassifications reads the record of a ticket: why it was classified so, by whom, and what failed.
type ListClassifications struct{ record ports.RecordReader }

// NewListClassifications wires the use case.
func NewListClassifications(record ports.RecordReader) *ListClassifications {
	return &ListClassifications{record}
}

// Handle returns a page, newest first. A ticket that does not exist is domain.ErrTicketNotFound.
func (uc *ListClassifications) Handle(ctx context.Context, id domain.TicketID, p ports.Page) (ports.Slice[domain.Classification], error) {
	return uc.record.ListClassifications(ctx, id, p)
}
