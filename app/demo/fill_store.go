package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// Store is what is filled.
type Store interface {
	ports.TicketAdder
	ports.TicketSaver
	ports.UserAdder
}

// FillStore stores the made-up tickets as if they had come in over the Days before a moment.
type FillStore struct {
	store      Store
	classifier domain.Classifier
	review     domain.ReviewPolicy
}

// NewFillStore wires the use case.
func NewFillStore(store Store, classifier domain.Classifier, review domain.ReviewPolicy) *FillStore {
	return &FillStore{store, classifier, review}
}

// Handle fills the store, which must be empty, and returns how many tickets it holds then. The same
// classifier and moment make the same tickets, ids and records. Only the events, which the store dates
// itself, tell when it was filled.
func (uc *FillStore) Handle(ctx context.Context, until time.Time) (int, error) {
	all, err := madeUps()
	if err != nil {
		return 0, err
	}
	staff, err := uc.addStaff(ctx, until)
	if err != nil {
		return 0, err
	}
	var steps []step
	for n, age := range agesOf(shuffle(all)) {
		life, err := uc.live(ctx, all[n], n, until.Add(-age), until, staff)
		if err != nil {
			return 0, fmt.Errorf("live through %q: %w", all[n].title, err)
		}
		steps = append(steps, life...)
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	tickets := make([]domain.Ticket, len(all))
	for _, s := range steps {
		if tickets[s.ticket], err = uc.take(ctx, s, tickets[s.ticket]); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// take makes a step and stores what it makes of t.
func (uc *FillStore) take(ctx context.Context, s step, t domain.Ticket) (domain.Ticket, error) {
	if t.ID() == 0 {
		return uc.store.AddTicket(ctx, s.created, ports.Lease{Time: time.Minute})
	}
	if err := s.change(&t); err != nil {
		return t, err
	}
	return t.Saved(), uc.store.SaveTicket(ctx, t)
}

// addStaff stores those who enter tickets for others and returns their ids.
func (uc *FillStore) addStaff(ctx context.Context, until time.Time) (ids []domain.UserID, err error) {
	for i, name := range []string{"Mara Lindqvist", "Jonas Okafor", "Inés Calderón", "Priya Raman"} {
		address := fmt.Sprintf("desk%d@example.com", i+1)
		u, err := domain.NewUser(name, address, until.Add(-Days*24*time.Hour-time.Duration(9-i)*time.Hour))
		if err != nil {
			return nil, err
		}
		if u, err = uc.store.AddUser(ctx, u); err != nil {
			return nil, fmt.Errorf("add user: %w", err)
		}
		ids = append(ids, u.ID())
	}
	return ids, nil
}
