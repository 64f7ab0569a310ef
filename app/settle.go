package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// longestTurn is the longest pause before a save that lost a race is tried again: many writers at once find their turns sooner.
const longestTurn = 50 * time.Millisecond

// saver is what saving the end of a round needs.
type saver interface {
	ports.TicketReader
	ports.TicketSaver
}

// settle lets decide end a round on t and saves. If somebody changed the ticket meanwhile, the paid answer is applied again to the
// ticket as it is now; whether it still counts decides the domain. It returns the ticket as stored.
func settle(ctx context.Context, store saver, t domain.Ticket, decide func(*domain.Ticket)) (settled domain.Ticket, err error) {
	err = untilSaved(ctx, func(again bool) error {
		if again {
			if t, err = store.Ticket(ctx, t.ID()); err != nil {
				return fmt.Errorf("reload ticket: %w", err)
			}
		}
		next := t
		decide(&next)
		if err := store.SaveTicket(ctx, next); err != nil {
			return fmt.Errorf("save ticket %d: %w", t.ID(), err)
		}
		settled = next.Saved()
		return nil
	})
	return settled, err
}

// untilSaved repeats try while somebody else changes the ticket in the same moment, for at most saveTime. It waits a random time
// before each repetition, twice as long at most as before the last one.
func untilSaved(ctx context.Context, try func(again bool) error) error {
	ctx, cancel := context.WithTimeout(ctx, saveTime)
	defer cancel()
	err := try(false)
	for turn := time.Millisecond; errors.Is(err, domain.ErrTicketChanged); turn = min(2*turn, longestTurn) {
		if pause(ctx, time.Duration(jitter()*float64(turn))) != nil {
			return err
		}
		err = try(true)
	}
	return err
}
