package httpapi_test

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// faulty is a store on which every method that the API calls fails, or panics, as fail does. Without fail it
// works.
type faulty struct {
	store
	fail func() error
}

func (f faulty) AddTicket(context.Context, domain.Ticket, ports.Lease) (domain.Ticket, error) {
	return domain.Ticket{}, f.fail()
}

func (f faulty) Ticket(context.Context, domain.TicketID) (domain.Ticket, error) {
	return domain.Ticket{}, f.fail()
}

func (f faulty) ListTickets(context.Context, ports.TicketFilter,
	ports.Page) (ports.Slice[domain.Ticket], error) {
	return ports.Slice[domain.Ticket]{}, f.fail()
}

func (f faulty) ListClassifications(context.Context, domain.TicketID,
	ports.Page) (ports.Slice[domain.Classification], error) {
	return ports.Slice[domain.Classification]{}, f.fail()
}

func (f faulty) AddUser(context.Context, domain.User) (domain.User, error) {
	return domain.User{}, f.fail()
}

func (f faulty) User(context.Context, domain.UserID) (domain.User, error) {
	return domain.User{}, f.fail()
}

func (f faulty) ListUsers(context.Context, ports.Page) (ports.Slice[domain.User], error) {
	return ports.Slice[domain.User]{}, f.fail()
}

func (f faulty) DeleteTicket(context.Context, domain.TicketID, []int64) error { return f.fail() }

func (f faulty) DeleteUser(context.Context, domain.UserID) error { return f.fail() }

func (f faulty) FindCreators(context.Context, *domain.UserID) (domain.Creators, error) {
	return domain.Creators{}, f.fail()
}

// unsaved is a store that adds tickets but cannot change them.
type unsaved struct{ store }

func (unsaved) SaveTicket(context.Context, domain.Ticket) error { return domain.ErrStoreUnavailable }

// uncounted is a store that lists tickets but cannot count them.
type uncounted struct {
	store
	err error
}

func (u uncounted) CountTickets(context.Context, ports.TicketFilter, int) (int, bool, error) {
	return 0, false, u.err
}
