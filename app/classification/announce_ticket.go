package classification

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
	meter ports.Meter
	log   *slog.Logger
}

// NewAnnounceTicket wires the use case.
func NewAnnounceTicket(queue ports.Announcer, meter ports.Meter, log *slog.Logger) *AnnounceTicket {
	return &AnnounceTicket{queue, meter, log}
}

// Lease is none: a worker claims the ticket.
func (uc *AnnounceTicket) Lease() ports.Lease { return ports.Lease{} }

// Start publishes the event. If that fails, the sweeper of the workers finds the ticket later.
func (uc *AnnounceTicket) Start(ctx context.Context, t domain.Ticket, _ ports.Lease) domain.Ticket {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), announceTime)
	defer cancel()
	err := uc.queue.Announce(ctx, t)
	uc.meter.Announced(1, err)
	if err != nil {
		uc.log.WarnContext(ctx, "ticket not announced; the workers find it later", "ticket", t.ID(), "error", err)
	}
	return t
}
