package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// Claim is the right to classify a ticket until a moment on the store's clock. Nobody else gets it before that.
type Claim struct {
	Ticket domain.Ticket
	// Until ends the right; it is also the token by which the store knows the holder.
	Until time.Time
	// Attempt is the number of the attempt that the claim is for, from 1 within the round; those that a crash cut off count.
	Attempt int
	// LastError is the code of the round's last failed attempt, or empty.
	LastError string
	// ThrottledFor is how long ago the provider first put the ticket off in this round, 0 if it never did.
	ThrottledFor time.Duration
}

// Release says how a claim is given back without a verdict.
type Release struct {
	// Wait is how long, from now on the store's clock, nobody may claim the ticket.
	Wait time.Duration
	// Uncounted takes the attempt back: it was not the ticket's fault, or no call was made.
	Uncounted bool
	// Throttled notes that the provider put the ticket off.
	Throttled bool
	// Failed goes on record; nil if no call was made.
	Failed *domain.Classification
}

// TicketClaimer shares out the pending tickets, so that two never pay for the same call. A claim does not change a ticket's
// version: people may go on editing it.
type TicketClaimer interface {
	// ClaimTicket claims one ticket. It is domain.ErrNotClaimable if the ticket is finished, claimed or waiting for its next
	// attempt, and domain.ErrTicketNotFound if it does not exist.
	ClaimTicket(ctx context.Context, id domain.TicketID, lease time.Duration) (Claim, error)
	// ClaimDue claims up to limit pending tickets whose lease has ended or whose next attempt is due, those first that are due
	// longest. With forgotten above 0 it also takes those that have been waiting unclaimed for that long since they were asked for or
	// announced.
	ClaimDue(ctx context.Context, limit int, lease, forgotten time.Duration) ([]Claim, error)
	// ReleaseClaim gives c back. If c is no longer the holder's, only the record grows.
	ReleaseClaim(ctx context.Context, c Claim, r Release) error
}

// LostTaker finds the tickets of queue mode whose event got lost.
type LostTaker interface {
	// TakeLost returns up to limit pending tickets that nobody has claimed, that wait for no due time and that were asked for or
	// announced longer than idle ago, those first that wait longest; and it notes that they are announced now, so that nobody
	// else takes them too.
	TakeLost(ctx context.Context, limit int, idle time.Duration) ([]domain.Ticket, error)
}
