// Package retry waits and repeats: one function for each cause.
package retry

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"ticketd/domain"
)

const (
	// saveTime bounds all tries to save.
	saveTime = 10 * time.Second
	// longestTurn is the longest pause before a save that lost a race is tried again: many writers at once find
	// their turns sooner.
	longestTurn = 50 * time.Millisecond
)

// Pause waits for d or until ctx ends.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Jitter returns a random number, 0 <= n < 1.
func Jitter() float64 { return rand.Float64() }

// OnConflict repeats try while somebody else changes the ticket in the same moment, for at most saveTime. It waits
// a random time before each repetition, twice as long at most as before the last one.
func OnConflict(ctx context.Context, try func(again bool) error) error {
	ctx, cancel := context.WithTimeout(ctx, saveTime)
	defer cancel()
	err := try(false)
	for turn := time.Millisecond; errors.Is(err, domain.ErrTicketChanged); turn = min(2*turn, longestTurn) {
		if Pause(ctx, time.Duration(Jitter()*float64(turn))) != nil {
			return err
		}
		err = try(true)
	}
	return err
}
