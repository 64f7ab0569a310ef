package fakes

import (
	"context"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/stores"
)

// Soon is a policy whose waits do not count.
func Soon(attempts int) domain.RetryPolicy {
	return domain.RetryPolicy{MaxAttempts: attempts, Base: time.Millisecond, Cap: 10 * time.Millisecond}
}

// Faulty is a store whose calls a test may replace; nil goes through.
type Faulty struct {
	stores.Store
	OnClaim   func(ctx context.Context, id domain.TicketID, lease ports.Lease) (ports.Claim, error)
	OnDue     func(ctx context.Context, limit int, lease ports.Lease, old time.Duration) ([]ports.Claim, error)
	OnRead    func(ctx context.Context, id domain.TicketID) (domain.Ticket, error)
	OnSave    func(ctx context.Context, t domain.Ticket) error
	OnRelease func(ctx context.Context, c ports.Claim, r ports.Release) error
}

func (f *Faulty) ClaimTicket(
	ctx context.Context, id domain.TicketID, lease ports.Lease,
) (ports.Claim, error) {
	if f.OnClaim != nil {
		return f.OnClaim(ctx, id, lease)
	}
	return f.Store.ClaimTicket(ctx, id, lease)
}

func (f *Faulty) ClaimDue(
	ctx context.Context, limit int, lease ports.Lease, forgotten time.Duration,
) ([]ports.Claim, error) {
	if f.OnDue != nil {
		return f.OnDue(ctx, limit, lease, forgotten)
	}
	return f.Store.ClaimDue(ctx, limit, lease, forgotten)
}

func (f *Faulty) Ticket(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
	if f.OnRead != nil {
		return f.OnRead(ctx, id)
	}
	return f.Store.Ticket(ctx, id)
}

func (f *Faulty) SaveTicket(ctx context.Context, t domain.Ticket) error {
	if f.OnSave != nil {
		return f.OnSave(ctx, t)
	}
	return f.Store.SaveTicket(ctx, t)
}

func (f *Faulty) ReleaseClaim(ctx context.Context, c ports.Claim, r ports.Release) error {
	if f.OnRelease != nil {
		return f.OnRelease(ctx, c, r)
	}
	return f.Store.ReleaseClaim(ctx, c, r)
}
