package fakes

import (
	"context"
	"sync"

	"ticketd/domain"
	"ticketd/ports"
)

// Starts counts the starts that it is asked for, and starts nothing, as a queue does.
type Starts struct {
	mu     sync.Mutex
	Held   ports.Lease
	Begun  []domain.Ticket
	Answer func(domain.Ticket) domain.Ticket
}

func (s *Starts) Lease() ports.Lease { return s.Held }

func (s *Starts) Start(_ context.Context, t domain.Ticket, _ ports.Lease) domain.Ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Begun = append(s.Begun, t)
	if s.Answer != nil {
		return s.Answer(t)
	}
	return t
}
