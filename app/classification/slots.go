package classification

import (
	"context"

	"ticketd/ports"
)

// slots bound what a worker has in hand. Whoever gets a slot also gets a permit of the throttle.
type slots struct {
	tokens   chan struct{} // a token is a taken slot; waiting senders are served in order
	throttle throttle
}

func newSlots(n int, clock ports.Clock) slots {
	return slots{tokens: make(chan struct{}, n), throttle: throttle{clock: clock}}
}

// take waits for a free slot and then for the end of a pause.
func (s *slots) take(ctx context.Context) (permit, error) {
	select {
	case s.tokens <- struct{}{}:
	case <-ctx.Done():
		return permit{}, ctx.Err()
	}
	p, err := s.throttle.enter(ctx)
	if err != nil {
		<-s.tokens
	}
	return p, err
}

// tryTake takes up to n slots that are free, none while the throttle holds calls back, and returns how many.
func (s *slots) tryTake(n int) (taken int) {
	for ; taken < n && s.throttle.clear(); taken++ {
		select {
		case s.tokens <- struct{}{}:
		default:
			return taken
		}
	}
	return taken
}

func (s *slots) free(p permit) {
	s.throttle.leave(p)
	<-s.tokens
}
