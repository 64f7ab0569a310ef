package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// indexInterval is how often new tickets are brought into the index.
	indexInterval = 2 * time.Second
	// indexBatch is how many of them in one transaction.
	indexBatch = 1000
	// olderInterval is how often the program looks for tickets that came without their words.
	olderInterval = time.Minute
	// olderOverlap is how many ids it looks at again each time: a transaction may commit a lower id late.
	olderOverlap = 10_000
)

// IndexTickets keeps the full-text index complete, off the path of new tickets.
type IndexTickets struct {
	tickets ports.TicketIndexer
	clock   ports.Clock
	log     *slog.Logger
}

// NewIndexTickets wires the use case.
func NewIndexTickets(tickets ports.TicketIndexer, clock ports.Clock, log *slog.Logger) *IndexTickets {
	return &IndexTickets{tickets, clock, log}
}

// Run indexes until ctx ends: all the time what is new, and every minute what came without its words, from a
// version without search or past this program. Any number of servers may run it at once.
func (uc *IndexTickets) Run(ctx context.Context) {
	var after domain.TicketID
	var again time.Time
	outage := retry.NewOutage(uc.log,
		"tickets cannot be indexed for search", "tickets are indexed for search again")
	for {
		// What is new comes first and between the batches of what is old, so that a large backlog does not hold it
		// up.
		err := uc.recent(ctx)
		older := !uc.clock.Now().Before(again)
		if older {
			last, failed := uc.tickets.IndexOlder(ctx, after, indexBatch)
			err = errors.Join(err, failed)
			switch {
			case failed != nil:
			case last > 0:
				after = last
			default:
				older, again, after = false, uc.clock.Now().Add(olderInterval), max(0, after-olderOverlap)
			}
		}
		outage.Note(ctx, err)
		if older && err == nil {
			continue
		}
		if retry.Pause(ctx, indexInterval) != nil {
			return
		}
	}
}

func (uc *IndexTickets) recent(ctx context.Context) error {
	for {
		n, err := uc.tickets.IndexNew(ctx, indexBatch)
		if err != nil || n < indexBatch {
			return err
		}
	}
}
