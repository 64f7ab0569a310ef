package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// IdempotencyKey makes a repeated request for a new ticket recognisable (draft-ietf-httpapi-idempotency-key-header).
type IdempotencyKey struct {
	Scope       string // whose key it is: two clients may use the same one
	Key         string
	Fingerprint string // of what was asked for
}

// ErrKeyTaken: a ticket was stored with the key meanwhile.
var ErrKeyTaken = &domain.Error{Kind: domain.KindConflict, Code: "idempotency_key_taken", Message: "the Idempotency-Key was used meanwhile"}

// KeyLife is how long a key is remembered.
const KeyLife = 24 * time.Hour

// KeySweep is how many keys are forgotten in one step: a large one would hold up new tickets.
const KeySweep = 2000

// IdempotentTicketAdder stores each new ticket once, however often the request is repeated.
type IdempotentTicketAdder interface {
	// AddTicketOnce is AddTicket with the key stored in the same transaction. A key younger than KeyLife that is there already is
	// ErrKeyTaken, and nothing is stored.
	AddTicketOnce(ctx context.Context, t domain.Ticket, lease time.Duration, key IdempotencyKey) (domain.Ticket, error)
	// TicketByKey returns the ticket that was stored with the scope and key within KeyLife, as it is now, and the key's fingerprint. It is
	// domain.ErrTicketNotFound if there is none.
	TicketByKey(ctx context.Context, scope, key string) (t domain.Ticket, fingerprint string, err error)
	// SweepKeys forgets up to KeySweep keys older than KeyLife, the oldest first, and returns how many.
	SweepKeys(ctx context.Context) (int, error)
}
