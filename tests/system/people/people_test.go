package people_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"ticketd/app"
	"ticketd/domain"
)

// act is what one person does to a ticket. Without an edit he asks for a new classification.
type act struct{ edit *app.TicketEdit }

func (a act) corrects() bool {
	return a.edit != nil && !(a.edit.Category.IsZero() && a.edit.Priority.IsZero())
}

// draw makes the acts of one race. The labels are never those that the classifier gives.
func draw(r *rand.Rand) []act {
	edits := []func() app.TicketEdit{
		func() app.TicketEdit { return app.TicketEdit{Category: domain.CategoryTechnical} },
		func() app.TicketEdit { return app.TicketEdit{Priority: domain.PriorityHigh} },
		func() app.TicketEdit {
			return app.TicketEdit{
				Category: domain.CategoryBilling, Priority: domain.PriorityMedium, Status: domain.StatusClosed,
			}
		},
		func() app.TicketEdit { return app.TicketEdit{Status: domain.StatusClosed} },
		func() app.TicketEdit { return app.TicketEdit{Status: domain.StatusOpen} },
		func() app.TicketEdit { return app.TicketEdit{Confirmed: true} },
	}
	var acts []act
	for range 2 + r.IntN(5) {
		n := r.IntN(len(edits) + 2)
		if n >= len(edits) {
			acts = append(acts, act{})
			continue
		}
		e := edits[n]()
		acts = append(acts, act{&e})
	}
	return acts
}

// race is one ticket and the people around it.
type race struct {
	title string
	acts  []act
	turns []int // how many edits each call of the classifier waits for
	begun chan struct{}
	edits []chan struct{} // the nth is closed when n+1 edits are done
	id    domain.TicketID // known when the first call is under way

	mu    sync.Mutex
	calls int
	done  int
	made  []edited
}

// edited is an edit that was accepted and the ticket as it was then.
type edited struct {
	act    act
	ticket domain.Ticket
}

func newRace(seed uint64, number int) *race {
	r := rand.New(rand.NewPCG(seed, uint64(number)))
	game := &race{title: fmt.Sprintf("race %d", number), acts: draw(r), begun: make(chan struct{})}
	for _, a := range game.acts {
		if a.edit != nil {
			game.edits = append(game.edits, make(chan struct{}))
		}
	}
	for range 100 {
		game.turns = append(game.turns, r.IntN(len(game.edits)+1))
	}
	return game
}

// call is what happens while the classifier is at work on the ticket: some of the edits.
func (g *race) call(ctx context.Context) (number int, err error) {
	g.mu.Lock()
	g.calls++
	number = g.calls
	if number == 1 {
		close(g.begun)
	}
	g.mu.Unlock()
	if wait := g.turns[number%len(g.turns)]; wait > 0 {
		select {
		case <-g.edits[wait-1]:
		case <-ctx.Done():
			return number, ctx.Err()
		}
	}
	return number, nil
}

// run lets everybody act at once as soon as the first call is under way.
func (g *race) run(ctx context.Context, servers []server,
	find func(title string) (domain.TicketID, error)) error {
	created := make(chan error, 1)
	go func() {
		_, err := servers[0].create.Handle(ctx, app.NewTicket{Title: g.title, Description: "d"})
		created <- err
	}()
	select {
	case <-g.begun:
	case <-ctx.Done():
		return fmt.Errorf("%s: no call: %w", g.title, ctx.Err())
	}
	var err error
	if g.id, err = find(g.title); err != nil {
		return err
	}
	errs := make([]error, len(g.acts))
	var group sync.WaitGroup
	for i, a := range g.acts {
		group.Go(func() { errs[i] = g.act(ctx, servers[i%len(servers)], a) })
	}
	group.Wait()
	return errors.Join(append(errs, <-created)...)
}

func (g *race) act(ctx context.Context, s server, a act) error {
	if a.edit == nil {
		_, err := s.request.Handle(ctx, g.id)
		return err
	}
	t, err := s.edit.Handle(ctx, g.id, *a.edit)
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case err == nil:
		g.made = append(g.made, edited{a, t})
	case errors.Is(err, domain.ErrPending) && a.edit.Confirmed:
		err = nil // he was too early
	}
	close(g.edits[g.done])
	g.done++
	return err
}
