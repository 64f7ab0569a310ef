package classification

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// explainedAttempts is above the number of attempts that a letter may have behind it.
const explainedAttempts = 1000

// ExplainDeadLetter tells how a letter came about and what became of its ticket.
type ExplainDeadLetter struct{ tickets explainStore }

type explainStore interface {
	ports.TicketReader
	ports.RecordReader
}

// NewExplainDeadLetter wires the use case.
func NewExplainDeadLetter(tickets explainStore) *ExplainDeadLetter {
	return &ExplainDeadLetter{tickets}
}

// Explained is what the store knows of a letter.
type Explained struct {
	Ticket   domain.Ticket
	Deleted  bool                    // there is no such ticket any more; the rest is empty
	Attempts []domain.Classification // the failed ones of the round that ended in the letter, oldest first
}

// Handle reads. The letter names a ticket.
func (uc *ExplainDeadLetter) Handle(ctx context.Context, l ports.DeadLetter) (e Explained, err error) {
	if e.Ticket, err = uc.tickets.Ticket(ctx, l.TicketID); err == nil {
		e.Attempts, err = uc.attempts(ctx, l)
	}
	if errors.Is(err, domain.ErrTicketNotFound) {
		return Explained{Deleted: true}, nil
	}
	if err != nil {
		return Explained{}, fmt.Errorf("read ticket %d: %w", l.TicketID, err)
	}
	return e, nil
}

// attempts reads the record as it was when the letter was written. The newest failure is of the letter's
// round.
func (uc *ExplainDeadLetter) attempts(
	ctx context.Context, l ports.DeadLetter,
) (failed []domain.Classification, err error) {
	page := ports.Page{Limit: explainedAttempts, After: &ports.Position{CreatedAt: l.At.Add(time.Microsecond)}}
	record, err := uc.tickets.ListClassifications(ctx, l.TicketID, page)
	if err != nil {
		return nil, err
	}
	for _, e := range record.Items {
		if e.ErrorCode != "" && e.ErrorCode != domain.CodeSuperseded &&
			(len(failed) == 0 || failed[0].Round == e.Round) {
			failed = append(failed, e)
		}
	}
	slices.Reverse(failed)
	return failed, nil
}
