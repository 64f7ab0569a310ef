package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
	"ticketd/tests/bench/dataset"
)

// operation is a call of the store. n counts the calls, so that writes find fresh rows.
type operation struct {
	name string
	call func(ctx context.Context, s *postgres.Store, n int) error
}

// operations returns every kind of call that reads or writes a large table. newest is the newest ticket.
func operations(newest domain.Ticket) []operation {
	old := domain.TicketID(int64(newest.ID()) / 2)
	deep := &ports.Position{CreatedAt: newest.CreatedAt().AddDate(-1, 0, 0), ID: int64(old)}
	creator, yes := domain.UserID(7), true
	month := ports.Period{From: newest.CreatedAt().AddDate(0, -1, 0)}
	ops := []operation{
		{"read a ticket", func(ctx context.Context, s *postgres.Store, n int) error {
			_, err := s.Ticket(ctx, old+domain.TicketID(n))
			return err
		}},
		list("list", ports.TicketFilter{}, ports.Page{}),
		list("list, by cursor a year back", ports.TicketFilter{}, ports.Page{After: deep}),
		list("list, offset 1,000", ports.TicketFilter{}, ports.Page{Offset: 1000}),
		list("list open", ports.TicketFilter{Status: domain.StatusOpen}, ports.Page{}),
		list("list fallbacks", ports.TicketFilter{AIStatus: domain.AIStatusFallback}, ports.Page{}),
		list("list billing", ports.TicketFilter{Category: domain.CategoryBilling}, ports.Page{}),
		list("list high, by cursor", ports.TicketFilter{Priority: domain.PriorityHigh}, ports.Page{After: deep}),
		list("list of a creator", ports.TicketFilter{CreatedBy: &creator}, ports.Page{}),
		list("list of a creator, open", ports.TicketFilter{CreatedBy: &creator, Status: domain.StatusOpen},
			ports.Page{}),
		list("list to review", ports.TicketFilter{NeedsReview: &yes}, ports.Page{}),
		list("list general and high (rare)", ports.TicketFilter{
			Category: domain.CategoryGeneral, Priority: domain.PriorityHigh,
		}, ports.Page{}),
		{"count open, up to 10,000", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, _, err := s.CountTickets(ctx, ports.TicketFilter{Status: domain.StatusOpen}, 10_000)
			return err
		}},
	}
	for _, q := range []string{
		`account`, `account password`, `"case 4321"`, `"account password"`, `account -password`, `nowhere`,
	} {
		ops = append(ops, find("search "+q, ports.TicketFilter{}, q))
	}
	ops = append(ops, find("search account, open", ports.TicketFilter{Status: domain.StatusOpen}, `account`))
	return append(append(ops,
		operation{"record of a ticket", func(ctx context.Context, s *postgres.Store, n int) error {
			_, err := s.ListClassifications(ctx, old+domain.TicketID(n), ports.Page{Limit: 20})
			return err
		}},
		operation{"stats of the last month", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.Stats(ctx, month)
			return err
		}},
		operation{"stats of all", func(ctx context.Context, s *postgres.Store, n int) error {
			if n > 1 {
				return nil // once is long enough
			}
			_, err := s.Stats(ctx, ports.Period{})
			return err
		}},
		operation{"next events", func(ctx context.Context, s *postgres.Store, n int) error {
			after := ports.EventPosition{Era: 1, Tx: int64(newest.ID()) - int64(newest.ID())/100 + int64(n)}
			_, err := s.Events(ctx, ports.EventFilter{}, after, 100)
			return err
		}},
		operation{"events of a ticket", func(ctx context.Context, s *postgres.Store, n int) error {
			_, err := s.EventsOf(ctx, newest.ID()-newest.ID()/100-domain.TicketID(n), ports.EventPosition{}, 20)
			return err
		}},
		operation{"last event", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.LastEvent(ctx)
			return err
		}},
	), append(sweeps(old), writes()...)...)
}

func list(name string, f ports.TicketFilter, p ports.Page) operation {
	p.Limit = 20
	return operation{name, func(ctx context.Context, s *postgres.Store, _ int) error {
		_, err := s.ListTickets(ctx, f, p)
		return err
	}}
}

func find(name string, f ports.TicketFilter, q string) operation {
	query, err := search.Parse(q)
	f.Search = query
	return operation{name, func(ctx context.Context, s *postgres.Store, _ int) error {
		if err == nil {
			_, err = s.ListTickets(ctx, f, ports.Page{Limit: 20})
		}
		return err
	}}
}

// sweeps are what servers and workers do unasked. They take few rows, so that some are left for the next
// time.
func sweeps(old domain.TicketID) []operation {
	const few = 3
	next := old
	return []operation{
		{"sweep: claim what is due", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.ClaimDue(ctx, few, ports.Lease{Time: time.Hour}, time.Minute)
			return err
		}},
		{"sweep: announce what was lost", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.TakeLost(ctx, few, 30*time.Second)
			return err
		}},
		{"sweep: count what waits", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.Backlog(ctx)
			return err
		}},
		{"sweep: is there a fallback to heal", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.AnyHealable(ctx, time.Now())
			return err
		}},
		{"sweep: claim fallbacks to heal", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.ClaimHealable(ctx, few, ports.Lease{Time: time.Hour}, time.Now())
			return err
		}},
		{"sweep: index new words", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.IndexNew(ctx, 100)
			return err
		}},
		{"sweep: look for words to index", func(ctx context.Context, s *postgres.Store, n int) error {
			_, err := s.IndexOlder(ctx, old+domain.TicketID(1000*n), 1000)
			return err
		}},
		{"sweep: keys", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.SweepKeys(ctx)
			return err
		}},
		{"sweep: events", func(ctx context.Context, s *postgres.Store, _ int) error {
			_, err := s.SweepEvents(ctx, 30*24*time.Hour, 1000)
			return err
		}},
		{"purge: look for closed tickets", func(ctx context.Context, s *postgres.Store, n int) error {
			after := ports.Position{CreatedAt: time.Unix(0, 0), ID: int64(n)}
			_, _, err := s.ClosedBefore(ctx, time.Now().AddDate(-1, 0, 0), after, 200)
			return err
		}},
		{"purge: delete closed tickets", func(ctx context.Context, s *postgres.Store, _ int) error {
			next -= 2 // others in each layout
			ids := []domain.TicketID{next, next + 1}
			_, err := s.DeleteClosed(ctx, ids, time.Now().AddDate(0, -1, 0))
			return err
		}},
	}
}

// writes are what requests and workers do to a ticket of their own.
func writes() []operation {
	var last domain.Ticket
	key := func(n int) ports.IdempotencyKey {
		return ports.IdempotencyKey{Scope: "scale", Key: fmt.Sprint(last.ID(), n), Fingerprint: "f"}
	}
	return []operation{
		{"create", func(ctx context.Context, s *postgres.Store, _ int) (err error) {
			last, err = add(ctx, s)
			return err
		}},
		{"claim and save a verdict", func(ctx context.Context, s *postgres.Store, n int) error {
			t, err := add(ctx, s)
			if err == nil {
				_, err = s.ClaimTicket(ctx, t.ID(), ports.Lease{Time: time.Hour})
			}
			if err == nil {
				t, err = decided(t, n)
			}
			if err == nil {
				err = s.SaveTicket(ctx, t)
			}
			return err
		}},
		{"create under a key, look the key up", func(ctx context.Context, s *postgres.Store, n int) error {
			t, err := domain.NewTicket("Once", "A text.", nil, domain.Creators{}, time.Now())
			if err == nil {
				_, err = s.AddTicketOnce(ctx, t, ports.Lease{}, key(n))
			}
			if err == nil {
				_, _, err = s.TicketByKey(ctx, "scale", key(n).Key)
			}
			return err
		}},
		{"delete a ticket", func(ctx context.Context, s *postgres.Store, _ int) error {
			t, err := add(ctx, s)
			if err == nil {
				err = s.DeleteTicket(ctx, t.ID(), nil)
			}
			return err
		}},
		{"delete a user without tickets", func(ctx context.Context, s *postgres.Store, _ int) error {
			u, err := domain.NewUser("Scale", fmt.Sprintf("scale%d@example.com", time.Now().UnixNano()), time.Now())
			if err == nil {
				u, err = s.AddUser(ctx, u)
			}
			if err == nil {
				err = s.DeleteUser(ctx, u.ID())
			}
			return err
		}},
	}
}

var filler = dataset.Filler()

// add stores a ticket that says what the others say.
func add(ctx context.Context, s *postgres.Store) (domain.Ticket, error) {
	text := dataset.Description(rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0)), filler)
	t, err := domain.NewTicket("One more ticket", text, nil, domain.Creators{}, time.Now())
	if err != nil {
		return t, err
	}
	return s.AddTicket(ctx, t, ports.Lease{})
}
