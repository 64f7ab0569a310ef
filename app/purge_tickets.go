package app

import (
	"context"
	"fmt"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// purgeStep is how many tickets one step looks at: deleting them takes some tens of milliseconds, for which
	// writers to SQLite wait.
	purgeStep = 200
	// purgeTime bounds a step. An interrupt does not cut it off, so that what it deleted is counted.
	purgeTime = 30 * time.Second
	// maxPurgeRest caps the rest after a step that waited.
	maxPurgeRest = time.Second
)

// PurgeTickets deletes tickets that were closed long ago.
type PurgeTickets struct {
	tickets ports.TicketPurger
	clock   ports.Clock
}

// NewPurgeTickets wires the use case.
func NewPurgeTickets(tickets ports.TicketPurger, clock ports.Clock) *PurgeTickets {
	return &PurgeTickets{tickets, clock}
}

// Purged are the tickets of a purge, or of one of its steps.
type Purged struct {
	Found   int
	Guessed int // found by their last known change, since nobody noted when they were closed
	Deleted int
}

// Add adds a step.
func (p *Purged) Add(step Purged) {
	p.Found, p.Guessed, p.Deleted = p.Found+step.Found, p.Guessed+step.Guessed, p.Deleted+step.Deleted
}

// Count counts the tickets that were closed before the given time.
func (uc *PurgeTickets) Count(ctx context.Context, before time.Time) (Purged, error) {
	keep := func(context.Context, []domain.TicketID, time.Time) (int, error) { return 0, nil }
	return uc.walk(ctx, before, keep, func(Purged) {})
}

// Handle deletes the tickets that were closed before the given time, but for those that somebody is changing
// at the moment, and tells done after each step. It rests for as long as it works, so that others have their
// turns. If ctx ends, or on an error, what was deleted by then stays deleted.
func (uc *PurgeTickets) Handle(ctx context.Context, before time.Time, done func(Purged)) (Purged, error) {
	return uc.walk(ctx, before, uc.tickets.DeleteClosed, done)
}

type removal func(ctx context.Context, ids []domain.TicketID, before time.Time) (int, error)

func (uc *PurgeTickets) walk(
	ctx context.Context, before time.Time, remove removal, done func(Purged),
) (all Purged, err error) {
	for at := new(ports.Position); at != nil; {
		if ctx.Err() != nil {
			return all, ctx.Err()
		}
		var step Purged
		began := uc.clock.Now()
		step, at, err = uc.step(ctx, before, *at, remove)
		all.Add(step)
		if err != nil {
			return all, err
		}
		done(step)
		if step.Deleted > 0 && at != nil {
			rest := min(uc.clock.Now().Sub(began), maxPurgeRest)
			_ = retry.Pause(ctx, rest) // the next turn sees the end of ctx
		}
	}
	return all, nil
}

func (uc *PurgeTickets) step(
	ctx context.Context, before time.Time, at ports.Position, remove removal,
) (step Purged, next *ports.Position, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), purgeTime)
	defer cancel()
	found, next, err := uc.tickets.ClosedBefore(ctx, before, at, purgeStep)
	if err != nil {
		return step, nil, fmt.Errorf("look for closed tickets: %w", err)
	}
	ids := make([]domain.TicketID, len(found))
	for i, t := range found {
		ids[i] = t.ID
		if t.Guessed {
			step.Guessed++
		}
	}
	if step.Found = len(ids); step.Found == 0 {
		return step, next, nil
	}
	if step.Deleted, err = remove(ctx, ids, before); err != nil {
		return step, nil, fmt.Errorf("delete closed tickets: %w", err)
	}
	return step, next, nil
}
