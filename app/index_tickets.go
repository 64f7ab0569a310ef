package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	// indexInterval is how often new tickets are brought into the index.
	indexInterval = 2 * time.Second
	// indexBatch is how many of them in one transaction.
	indexBatch = 1000
)

// IndexTickets keeps the full-text index complete, off the path of new tickets.
type IndexTickets struct {
	tickets ports.TicketIndexer
	log     *slog.Logger
}

// NewIndexTickets wires the use case.
func NewIndexTickets(tickets ports.TicketIndexer, log *slog.Logger) *IndexTickets {
	return &IndexTickets{tickets, log}
}

// Run indexes until ctx ends: again and again what is new, and once what a version without search stored. Any number of
// servers may run it at once.
func (uc *IndexTickets) Run(ctx context.Context) {
	var after domain.TicketID
	older, broken := true, false
	for {
		// What is new comes first and between the batches of what is old, so that a large backlog does not hold it up.
		err := uc.recent(ctx)
		if older {
			last, failed := uc.tickets.IndexOlder(ctx, after, indexBatch)
			if failed == nil {
				older, after = last > 0, max(after, last)
			}
			err = errors.Join(err, failed)
		}
		if failed := err != nil && ctx.Err() == nil; failed != broken {
			broken = failed
			if failed {
				uc.log.WarnContext(ctx, "tickets cannot be indexed for search", "error", err)
			} else {
				uc.log.InfoContext(ctx, "tickets are indexed for search again")
			}
		}
		if older && err == nil {
			continue
		}
		if pause(ctx, indexInterval) != nil {
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
