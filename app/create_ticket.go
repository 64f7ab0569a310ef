package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
)

// maxCreatorTries bounds the race between storing a ticket and deleting its creator: each further try needs
// one more user to vanish in the same milliseconds.
const maxCreatorTries = 3

// NewTicket is what a request for a new ticket says.
type NewTicket struct {
	Title, Description string
	CreatedBy          *domain.UserID
	// Key makes a repetition recognisable; empty: every request is a new one. KeyScope is whose key it is.
	Key, KeyScope string
}

// The answers to a repeated request that cannot be answered with its ticket.
var (
	// ErrKeyReused: the same key came with another request.
	ErrKeyReused = &domain.Error{
		Kind: domain.KindInvalid, Code: "idempotency_key_reused",
		Message: "the Idempotency-Key was sent before with another body; use a new key for a new request",
	}
	// ErrKeyInUse: the first request with the key is still at work.
	ErrKeyInUse = &domain.Error{
		Kind: domain.KindConflict, Code: "idempotency_key_in_use", RetryAfter: time.Second,
		Message: "the first request with this Idempotency-Key is still at work; try again in a moment",
	}
)

type ticketAdder interface {
	ports.TicketAdder
	ports.IdempotentTicketAdder
}

// CreateTicket stores a ticket and starts its classification.
type CreateTicket struct {
	tickets  ticketAdder
	creators ports.CreatorFinder
	starter  classification.Starter
	clock    ports.Clock
}

// NewCreateTicket wires the use case.
func NewCreateTicket(
	tickets ticketAdder, creators ports.CreatorFinder, starter classification.Starter, clock ports.Clock,
) *CreateTicket {
	return &CreateTicket{tickets, creators, starter, clock}
}

// Handle returns the stored ticket. Broken fields are KindInvalid, all at once. Once the ticket is stored
// nothing makes Handle fail, since the ticket cannot be lost any more. A repetition, told by its key, gets
// the first one's ticket as it is now, ErrKeyInUse or ErrKeyReused.
func (uc *CreateTicket) Handle(ctx context.Context, n NewTicket) (domain.Ticket, error) {
	if n.Key == "" {
		return uc.create(ctx, n, nil)
	}
	key := ports.IdempotencyKey{Scope: n.KeyScope, Key: n.Key, Fingerprint: n.fingerprint()}
	t, err := uc.repeated(ctx, key)
	if !errors.Is(err, domain.ErrTicketNotFound) {
		return t, err
	}
	t, err = uc.create(ctx, n, &key)
	if errors.Is(err, ports.ErrKeyTaken) {
		t, err = uc.repeated(ctx, key)
	}
	if errors.Is(err, domain.ErrTicketNotFound) {
		return domain.Ticket{}, ErrKeyInUse // the key reached the end of its life between the two looks
	}
	return t, err
}

// repeated answers a request whose key was seen before; else it is domain.ErrTicketNotFound.
func (uc *CreateTicket) repeated(ctx context.Context, key ports.IdempotencyKey) (domain.Ticket, error) {
	t, fingerprint, err := uc.tickets.TicketByKey(ctx, key.Scope, key.Key)
	switch {
	case err != nil:
		return domain.Ticket{}, fmt.Errorf("look up the idempotency key: %w", err)
	case fingerprint != key.Fingerprint:
		return domain.Ticket{}, ErrKeyReused
	case uc.starter.Lease().Time > 0 && t.Round() == 1 && t.AIStatus() == domain.AIStatusPending:
		return domain.Ticket{}, ErrKeyInUse
	}
	return t, nil
}

// fingerprint is a digest of what would be stored, whatever the order and spelling of the JSON that said it.
func (n NewTicket) fingerprint() string {
	creator := int64(0)
	if n.CreatedBy != nil {
		creator = int64(*n.CreatedBy)
	}
	title, description := domain.CleanText(n.Title), domain.CleanText(n.Description)
	said := fmt.Appendf(nil, "%d:%s%d:%s%d", len(title), title, len(description), description, creator)
	digest := sha256.Sum256(said)
	return hex.EncodeToString(digest[:])
}

// create stores the ticket and starts its classification. It applies the admin-creator rule again if the
// creator was deleted between the look for them and the storing.
func (uc *CreateTicket) create(
	ctx context.Context, n NewTicket, key *ports.IdempotencyKey,
) (domain.Ticket, error) {
	for try := 1; ; try++ {
		known, err := uc.creators.FindCreators(ctx, n.CreatedBy)
		if err != nil {
			return domain.Ticket{}, fmt.Errorf("find creators: %w", err)
		}
		t, err := domain.NewTicket(n.Title, n.Description, n.CreatedBy, known, uc.clock.Now())
		if err != nil {
			return domain.Ticket{}, err
		}
		lease := uc.starter.Lease()
		stored, err := uc.add(ctx, t, lease, key)
		if errors.Is(err, domain.ErrCreatorGone) && try < maxCreatorTries {
			continue
		}
		if err != nil {
			return domain.Ticket{}, fmt.Errorf("add ticket: %w", err)
		}
		return uc.starter.Start(ctx, stored, lease), nil
	}
}

func (uc *CreateTicket) add(
	ctx context.Context, t domain.Ticket, lease ports.Lease, key *ports.IdempotencyKey,
) (domain.Ticket, error) {
	if key == nil {
		return uc.tickets.AddTicket(ctx, t, lease)
	}
	return uc.tickets.AddTicketOnce(ctx, t, lease, *key)
}
