package classification

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"ticketd/ports"
)

const deadLetterPage = 100

// AllDeadLetters walks the letters, oldest first. An error ends the walk.
func AllDeadLetters(ctx context.Context, letters ports.DeadLetters) iter.Seq2[ports.DeadLetter, error] {
	return func(yield func(ports.DeadLetter, error) bool) {
		after := ""
		for {
			page, err := letters.DeadLetters(ctx, after, deadLetterPage)
			if err != nil {
				yield(ports.DeadLetter{}, err)
				return
			}
			for _, l := range page {
				if !yield(l, nil) {
					return
				}
				after = l.ID
			}
			if len(page) < deadLetterPage {
				return
			}
		}
	}
}

// Replayed counts how letters ended.
type Replayed struct {
	Requested int     // a new classification is under way
	Needless  int     // see ReplayNeedless
	Malformed int     // passed over among all: they name no ticket, and stay
	Refused   []error // named letters that cannot be replayed, each by its id; they stay
}

// All replays every letter from since (the zero time: of any age) that is not younger than until: a ticket
// that fails again at once leaves a new letter at the end. Only what stops the whole run is an error.
func (uc *ReplayDeadLetter) All(ctx context.Context, since, until time.Time) (r Replayed, err error) {
	for l, err := range AllDeadLetters(ctx, uc.letters) {
		if err != nil {
			return r, err
		}
		if l.At.After(until) {
			return r, nil
		}
		switch {
		case l.At.Before(since):
		case l.Malformed():
			r.Malformed++
		default:
			if err := uc.count(ctx, l, &r); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// Named replays the letters with these ids; one that is not there is refused. Only what stops the whole run
// is an error.
func (uc *ReplayDeadLetter) Named(ctx context.Context, ids []string) (r Replayed, err error) {
	for _, id := range ids {
		l, err := uc.letters.DeadLetter(ctx, id)
		if errors.Is(err, ports.ErrNoDeadLetter) {
			r.Refused = append(r.Refused, fmt.Errorf("%s: %w", id, err))
			continue
		}
		if err != nil {
			return r, err
		}
		if err := uc.count(ctx, l, &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (uc *ReplayDeadLetter) count(ctx context.Context, l ports.DeadLetter, r *Replayed) error {
	end, err := uc.Handle(ctx, l)
	switch {
	case errors.Is(err, ErrNoTicketInLetter):
		r.Refused = append(r.Refused, fmt.Errorf("%s: %w", l.ID, err))
	case err != nil:
		return fmt.Errorf("%s: %w", l.ID, err)
	case end == ReplayNeedless:
		r.Needless++
	default:
		r.Requested++
	}
	return nil
}
