package app

import (
	"context"
	"log/slog"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// announceTime bounds publishing one event: a queue that is away must not make clients wait.
const announceTime = 500 * time.Millisecond

// AnnounceTicket starts a classification in queue mode: it tells the workers.
type AnnounceTicket struct {
	queue ports.Announcer
	log   *slog.Logger
}

// NewAnnounceTicket wires the use case.
func NewAnnounceTicket(queue ports.Announcer, log *slog.Logger) *AnnounceTicket {
	return &AnnounceTicket{queue, log}
}

// Lease is 0: a worker claims the ticket.
func (uc *AnnounceTicket) Lease() time.Duration { return 0 }

// Start publishes the event. If that fails, the sweeper of the workers finds the ticket later.
func (uc *AnnounceTicket) Start(ctx context.Context, t domain.Ticket) domain.Ticket {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), announceTime)
	defer cancel()
	if err := uc.queue.Announce(ctx, t); err != nil {
		uc.log.WarnContext(ctx, "ticket not announced; the workers find it later", "ticket", t.ID(), "error", err)
	}
	return t
}
