package app

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// ErrVersionStale: the ticket is not the one that the client has seen.
var ErrVersionStale = &domain.Error{
	Kind: domain.KindConflict, Code: "version_stale",
	Message: "the ticket was changed since you read it; read it again",
}

// TicketEdit is what a person changes. Zero fields stay as they are.
type TicketEdit struct {
	Status    domain.Status
	Category  domain.Category
	Priority  domain.Priority
	Confirmed bool
	// By is the name of the API key that decides; empty without keys.
	By string
	// IfVersion are the versions that the client is willing to change; nil: any.
	IfVersion []int64
}

// EditTicket lets a person close, reopen, correct or confirm a ticket.
type EditTicket struct {
	tickets editedStore
	clock   ports.Clock
	meter   ports.Meter
}

type editedStore interface {
	ports.TicketReader
	ports.TicketSaver
}

// NewEditTicket wires the use case.
func NewEditTicket(tickets editedStore, clock ports.Clock, meter ports.Meter) *EditTicket {
	return &EditTicket{tickets, clock, meter}
}

// Handle applies all changes at once or none. A race with a classification is repeated on the ticket as it is
// then, unless the client named versions: then it is ErrVersionStale. Confirming a pending ticket is
// domain.ErrPending.
func (uc *EditTicket) Handle(ctx context.Context, id domain.TicketID, e TicketEdit) (domain.Ticket, error) {
	var was, t domain.Ticket
	err := retry.OnConflict(ctx, func(ctx context.Context) (err error) {
		if was, err = uc.tickets.Ticket(ctx, id); err != nil {
			return err
		}
		if !e.accepts(was.Version()) {
			return ErrVersionStale
		}
		t = was
		if err := uc.apply(&t, e); err != nil {
			return err
		}
		if reflect.DeepEqual(t.Snapshot(), was.Snapshot()) && len(t.NewEntries()) == 0 {
			return nil // it stands there already
		}
		if err := uc.tickets.SaveTicket(ctx, t); err != nil {
			return fmt.Errorf("save ticket %d: %w", id, err)
		}
		t = t.Saved()
		return nil
	})
	if err != nil {
		return domain.Ticket{}, err
	}
	uc.count(was, t, e)
	return t, nil
}

// apply corrects before it confirms: who sends both has set labels, which says more.
func (uc *EditTicket) apply(t *domain.Ticket, e TicketEdit) error {
	now := uc.clock.Now()
	switch e.Status {
	case domain.StatusClosed:
		t.Close(now)
	case domain.StatusOpen:
		t.Reopen(now)
	}
	if !e.Category.IsZero() || !e.Priority.IsZero() {
		t.Correct(e.Category, e.Priority, e.By, now)
		return nil
	}
	if e.Confirmed {
		return t.Confirm(e.By, now)
	}
	return nil
}

// count tells what a stored edit made of the labels. A label that nobody had given, or the fallback, cannot
// be corrected.
func (uc *EditTicket) count(was, now domain.Ticket, e TicketEdit) {
	given := !was.ClassifiedBy().IsZero() && was.ClassifiedBy() != domain.SourceFallback
	if given && was.Category() != now.Category() {
		uc.meter.Corrected(ports.FieldCategory)
	}
	if given && was.Priority() != now.Priority() {
		uc.meter.Corrected(ports.FieldPriority)
	}
	if e.Confirmed && now.Review() == domain.ReviewConfirmed && was.Review() != domain.ReviewConfirmed {
		uc.meter.Confirmed()
	}
}

func (e TicketEdit) accepts(version int64) bool {
	return e.IfVersion == nil || slices.Contains(e.IfVersion, version)
}
