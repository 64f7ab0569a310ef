package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// IdempotencyKey identifies repeats of one request for a new ticket
// (draft-ietf-httpapi-idempotency-key-header).
type IdempotencyKey struct {
	Scope       string // the client's: two clients may use the same key
	Key         string
	Fingerprint string // of the request's content
}

// ErrKeyTaken: a ticket was stored with the key in the meantime.
var ErrKeyTaken = &domain.Error{
	Kind: domain.KindConflict, Code: "idempotency_key_taken", Message: "the Idempotency-Key was used meanwhile",
}

// KeyLife is how long a key is kept.
const KeyLife = 24 * time.Hour

// KeySweep is how many keys one step deletes: a larger step would hold up new tickets.
const KeySweep = 2000

// IdempotentTicketAdder stores a new ticket once, however often the request is repeated.
type IdempotentTicketAdder interface {
	// AddTicketOnce is AddTicket with the key stored in the same transaction. If the key exists and is younger
	// than KeyLife, it returns ErrKeyTaken and stores nothing.
	AddTicketOnce(ctx context.Context, t domain.Ticket, lease Lease, key IdempotencyKey) (domain.Ticket,
		error)
	// TicketByKey returns the ticket stored with the scope and key within KeyLife, in its present state, and the
	// key's fingerprint. Without one it returns domain.ErrTicketNotFound.
	TicketByKey(ctx context.Context, scope, key string) (t domain.Ticket, fingerprint string, err error)
	// SweepKeys deletes up to KeySweep keys older than KeyLife, oldest first, and returns their number.
	SweepKeys(ctx context.Context) (int, error)
}
