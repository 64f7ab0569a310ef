package importing

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// ImportSlots is how many tickets of a batch are classified at a time.
	ImportSlots = 16
	// importAnnounceTime bounds announcing a batch.
	importAnnounceTime = 10 * time.Second
)

// Labels is a way in which imported tickets get their labels. Tickets that kept those of their source are no
// longer pending and none of its business.
type Labels struct {
	// Before decides about a batch before it is stored, or leaves it pending. After an error those that are
	// pending are not stored. nil: leaves them.
	Before func(ctx context.Context, batch []ports.ImportedTicket) error
	// After is told of the tickets that were stored. nil: does nothing.
	After func(ctx context.Context, stored []domain.Ticket)
}

// Classified classifies tickets before they are stored: one write each instead of three. Where it must end
// early, it is an error: half a classification must not be stored as a failed one.
func Classified(
	c domain.Classifier, limits classification.CallLimits, review domain.ReviewPolicy, clock ports.Clock,
) Labels {
	calls := classification.NewCalls(c, limits, clock)
	return Labels{Before: func(ctx context.Context, batch []ports.ImportedTicket) error {
		asked := pending(batch)
		text := func(i int) domain.Text { return asked[i].Text() }
		return calls.All(ctx, len(asked), text, func(i int, attempts []domain.Attempt) {
			classification.Conclude(asked[i], asked[i].Round(), attempts, review.Sample(rand.Float64()))
		})
	}}
}

// Announced leaves the tickets pending and tells the workers. What the queue does not take, their sweeper
// finds later.
func Announced(queue ports.Announcer, log *slog.Logger) Labels {
	return Labels{After: func(ctx context.Context, stored []domain.Ticket) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), importAnnounceTime)
		defer cancel()
		for i, t := range stored {
			if t.AIStatus() != domain.AIStatusPending {
				continue
			}
			if err := queue.Announce(ctx, t); err != nil {
				log.ErrorContext(ctx, "tickets not announced; the workers find them later",
					"count", len(stored)-i, "error", err)
				return
			}
		}
	}}
}

// Unclassified stores tickets as fallbacks that nobody was asked about: no sweeper takes them up, they are
// listed for review, and a person or `ticketd reclassify` may ask for their classification at any time.
func Unclassified(clock ports.Clock) Labels {
	return Labels{Before: func(_ context.Context, batch []ports.ImportedTicket) error {
		for _, t := range pending(batch) {
			t.FallBack(t.Round(), domain.Attempt{Err: domain.ErrNotClassified, At: clock.Now()})
		}
		return nil
	}}
}

// pending returns the tickets of the batch that have no labels yet.
func pending(batch []ports.ImportedTicket) []*domain.Ticket {
	var list []*domain.Ticket
	for i := range batch {
		if t := &batch[i].Ticket; t.AIStatus() == domain.AIStatusPending {
			list = append(list, t)
		}
	}
	return list
}
