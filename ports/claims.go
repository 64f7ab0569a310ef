package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// Lease says how long a claim lasts. The zero value claims nothing.
type Lease struct {
	Time time.Duration // at most, on the store's clock
	// By is the claimer whose end ends the claim early; 0 if there is none.
	By ClaimerID
	// From is when the holder asked for it, on the holder's clock. Stores ignore it.
	From time.Time
}

// Claim is the exclusive right to classify a ticket until a moment on the store's clock.
type Claim struct {
	Ticket domain.Ticket
	// Until ends the right; it is also the token by which the store recognises the holder.
	Until time.Time
	// Lease is what the ticket was claimed with.
	Lease Lease
	// Attempt is the number of the attempt that the claim is for, from 1 within the round, counting attempts
	// that a crash cut off.
	Attempt int
	// LastError is the code of the round's last failed attempt, or empty.
	LastError string
	// ThrottledFor is the time since the provider first throttled the ticket in this round; 0 if it never did.
	ThrottledFor time.Duration
}

// Release tells how a claim ends without a verdict.
type Release struct {
	// Wait is how long from now, on the store's clock, nobody may claim the ticket.
	Wait time.Duration
	// Uncounted takes the attempt back: the ticket was not to blame, or no call was made.
	Uncounted bool
	// Throttled notes that the provider throttled the ticket.
	Throttled bool
	// Failed is the entry for the record; nil if no call was made.
	Failed *domain.Classification
}

// TicketClaimer shares out the pending tickets, so that no two callers pay for the same call. A claim does
// not change a ticket's version: people may go on editing it.
type TicketClaimer interface {
	// ClaimTicket claims one ticket. It returns domain.ErrNotClaimable if the ticket is finished, claimed or not
	// due for its next attempt, and domain.ErrTicketNotFound if there is none with the id.
	ClaimTicket(ctx context.Context, id domain.TicketID, lease Lease) (Claim, error)
	// ClaimDue claims up to limit pending tickets whose lease has ended or whose next attempt is due, longest
	// due first. With forgotten above 0 it also claims tickets that have waited unclaimed for that long since
	// they were requested or announced.
	ClaimDue(ctx context.Context, limit int, lease Lease, forgotten time.Duration) ([]Claim, error)
	// ReleaseClaim ends c. If somebody else holds the claim by now, only the record grows. A failure that is on
	// record already (see domain.Classification.Same) is not recorded again: a call whose answer got lost may be
	// repeated, even while it is still at work.
	ReleaseClaim(ctx context.Context, c Claim, r Release) error
}

// LostTaker finds the pending tickets of queue mode whose event got lost.
type LostTaker interface {
	// TakeLost returns up to limit pending tickets that are unclaimed, wait for no due time and were requested
	// or announced longer than idle ago, longest waiting first. It marks them as announced now, so that no other
	// caller takes them too.
	TakeLost(ctx context.Context, limit int, idle time.Duration) ([]domain.Ticket, error)
}
