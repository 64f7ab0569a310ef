package app

import (
	"context"
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

// Run indexes until ctx ends: first, once, what a version without search stored, then again and again what is new. Any number of
// servers may run it at once.
func (uc *IndexTickets) Run(ctx context.Context) {
	var after domain.TicketID
	older, broken := true, false
	for {
		var err error
		if older {
			after, err = uc.older(ctx, after)
			older = err != nil
		}
		if err == nil {
			err = uc.recent(ctx)
		}
		if failed := err != nil && ctx.Err() == nil; failed != broken {
			broken = failed
			if failed {
				uc.log.WarnContext(ctx, "tickets cannot be indexed for search", "error", err)
			} else {
				uc.log.InfoContext(ctx, "tickets are indexed for search again")
			}
		}
		if pause(ctx, indexInterval) != nil {
			return
		}
	}
}

// older goes on above after and returns how far it came.
func (uc *IndexTickets) older(ctx context.Context, after domain.TicketID) (domain.TicketID, error) {
	for {
		last, err := uc.tickets.IndexOlder(ctx, after, indexBatch)
		if err != nil || last == 0 {
			return after, err
		}
		after = last
		uc.log.InfoContext(ctx, "tickets of an older version made searchable", "up_to", int64(after))
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
