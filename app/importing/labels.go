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

// ImportClassified classifies tickets before they are stored: one write each instead of three.
type ImportClassified struct {
	calls  *classification.Calls
	review domain.ReviewPolicy
}

// NewImportClassified wires it.
func NewImportClassified(c domain.Classifier, limits classification.CallLimits, review domain.ReviewPolicy, clock ports.Clock) ImportClassified {
	return ImportClassified{classification.NewCalls(c, limits, clock), review}
}

// Before classifies the batch. Where it must end early, it is an error: half a classification must not be stored as a failed one.
func (m ImportClassified) Before(ctx context.Context, batch []ports.ImportedTicket) error {
	text := func(i int) domain.Text { return batch[i].Ticket.Text() }
	return m.calls.All(ctx, len(batch), text, func(i int, attempts []domain.Attempt) {
		t := &batch[i].Ticket
		classification.Conclude(t, t.Round(), attempts, m.review.Sample(rand.Float64()))
	})
}

// After has nothing left to do.
func (ImportClassified) After(context.Context, []domain.Ticket) {}

// ImportAnnounced leaves the tickets pending and tells the workers.
type ImportAnnounced struct {
	queue ports.Announcer
	log   *slog.Logger
}

// NewImportAnnounced wires it.
func NewImportAnnounced(queue ports.Announcer, log *slog.Logger) ImportAnnounced {
	return ImportAnnounced{queue, log}
}

// Before leaves the tickets pending.
func (ImportAnnounced) Before(context.Context, []ports.ImportedTicket) error { return nil }

// After announces the tickets. What the queue does not take, the sweeper of the workers finds later.
func (m ImportAnnounced) After(ctx context.Context, stored []domain.Ticket) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), importAnnounceTime)
	defer cancel()
	for i, t := range stored {
		if err := m.queue.Announce(ctx, t); err != nil {
			m.log.ErrorContext(ctx, "tickets not announced; the workers find them later", "count", len(stored)-i, "error", err)
			return
		}
	}
}

// ImportUnclassified stores tickets as fallbacks that nobody was asked about: no sweeper takes them up, they are listed for review, and a
// person or `ticketd reclassify` may ask for their classification at any time.
type ImportUnclassified struct{ clock ports.Clock }

// NewImportUnclassified wires it.
func NewImportUnclassified(clock ports.Clock) ImportUnclassified { return ImportUnclassified{clock} }

// Before ends the classification that has not begun.
func (m ImportUnclassified) Before(_ context.Context, batch []ports.ImportedTicket) error {
	for i := range batch {
		t := &batch[i].Ticket
		t.FallBack(t.Round(), domain.Attempt{Err: domain.ErrNotClassified, At: m.clock.Now()})
	}
	return nil
}

// After has nothing left to do.
func (ImportUnclassified) After(context.Context, []domain.Ticket) {}
