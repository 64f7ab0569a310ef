package classification

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	reclassifyPage = 100
	// reclassifySlots is how many tickets one run has in hand at a time.
	reclassifySlots = 16
)

// ReclassifyFallbacks heals tickets after an outage of the classifier.
type ReclassifyFallbacks struct {
	tickets ports.TicketLister
	request *RequestClassification
}

// NewReclassifyFallbacks wires the use case.
func NewReclassifyFallbacks(tickets ports.TicketLister, request *RequestClassification) *ReclassifyFallbacks {
	return &ReclassifyFallbacks{tickets, request}
}

// Find lists up to limit tickets that are fallback and not older than since (the zero time: of any age),
// newest first.
func (uc *ReclassifyFallbacks) Find(
	ctx context.Context, since time.Time, limit int,
) ([]domain.TicketID, error) {
	var ids []domain.TicketID
	page := ports.Page{Limit: reclassifyPage}
	for {
		slice, err := uc.tickets.ListTickets(ctx, ports.TicketFilter{AIStatus: domain.AIStatusFallback}, page)
		if err != nil {
			return nil, fmt.Errorf("list fallbacks: %w", err)
		}
		for _, t := range slice.Items {
			if t.CreatedAt().Before(since) || len(ids) == limit {
				return ids, nil
			}
			ids = append(ids, t.ID())
		}
		if slice.Next == nil {
			return ids, nil
		}
		page.After = slice.Next
	}
}

// Handle asks for a new classification of each ticket and calls done after each, never at the same time, with
// how it ended: done, fallback again, or pending where a worker will answer. It goes on after a ticket that
// fails and returns all errors together.
func (uc *ReclassifyFallbacks) Handle(
	ctx context.Context, ids []domain.TicketID, done func(domain.AIStatus, error),
) error {
	var mu sync.Mutex
	var errs []error
	each(ctx, reclassifySlots, len(ids), func(i int) {
		t, err := uc.request.Handle(ctx, ids[i])
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			errs = append(errs, fmt.Errorf("ticket %d: %w", ids[i], err))
		}
		done(t.AIStatus(), err)
	})
	return errors.Join(append(errs, ctx.Err())...)
}
