package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ticketd/app/classification"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

type dead struct {
	List   deadList   `cmd:"" help:"List dead letters, oldest first, one JSON object a line."`
	Show   deadShow   `cmd:"" help:"Show one dead letter with the event as it came."`
	Replay deadReplay `cmd:"" help:"Ask for a new classification of the tickets that are still fallbacks, and remove their letters."`
}

const deadPage = 100

// letterLine is a dead letter as people and scripts read it.
type letterLine struct {
	ID       string          `json:"id"`
	Ticket   int64           `json:"ticket,omitempty"`
	Cause    string          `json:"cause"`
	Attempts int             `json:"attempts"`
	At       string          `json:"at"`
	Event    json.RawMessage `json:"event,omitempty"`
}

func lineOf(l ports.DeadLetter, withEvent bool) letterLine {
	line := letterLine{ID: l.ID, Ticket: int64(l.TicketID), Cause: l.Cause, Attempts: l.Attempts, At: l.At.Format(time.RFC3339Nano)}
	if withEvent && l.Event != nil {
		line.Event = l.Event
		if !json.Valid(l.Event) {
			// A string always encodes.
			line.Event, _ = json.Marshal(string(l.Event))
		}
	}
	return line
}

// eachLetter walks all letters, oldest first.
func eachLetter(ctx context.Context, letters ports.DeadLetters, do func(ports.DeadLetter) error) error {
	after := ""
	for {
		page, err := letters.DeadLetters(ctx, after, deadPage)
		if err != nil {
			return err
		}
		for _, l := range page {
			if err := do(l); err != nil {
				return err
			}
			after = l.ID
		}
		if len(page) < deadPage {
			return nil
		}
	}
}

type deadList struct{ settings.RawRepair }

// Run lists.
func (c *deadList) Run(ctx context.Context, out *streams) error {
	lines := json.NewEncoder(out.stdout)
	s, err := c.ParseForLetters()
	if err != nil {
		return err
	}
	return bootstrap.DeadLetters(ctx, s, func(letters ports.DeadLetters) error {
		return eachLetter(ctx, letters, func(l ports.DeadLetter) error { return lines.Encode(lineOf(l, false)) })
	})
}

type deadShow struct {
	settings.RawRepair
	ID string `arg:"" help:"The letter's id, from dead list."`
}

// Run shows one letter.
func (c *deadShow) Run(ctx context.Context, out *streams) error {
	s, err := c.ParseForLetters()
	if err != nil {
		return err
	}
	return bootstrap.DeadLetters(ctx, s, func(letters ports.DeadLetters) error {
		l, err := letters.DeadLetter(ctx, c.ID)
		if err != nil {
			return fmt.Errorf("%s: %w", c.ID, err)
		}
		lines := json.NewEncoder(out.stdout)
		lines.SetIndent("", "  ")
		return lines.Encode(lineOf(l, true))
	})
}

// errEnough ends a walk.
var errEnough = errors.New("enough")

type deadReplay struct {
	settings.RawRepair
	IDs []string `arg:"" optional:"" name:"id" help:"The letters' ids, from dead list."`
	All bool     `help:"Replay every letter."`
}

// Run replays. A letter that cannot be replayed is named and stays; the others go on.
func (c *deadReplay) Run(ctx context.Context, out *streams) error {
	if c.All == (len(c.IDs) > 0) {
		return errors.New("say which letters: their ids, or --all")
	}
	s, err := c.ParseForLetters()
	if err != nil {
		return err
	}
	return bootstrap.Replay(ctx, s, out.stderr, func(letters ports.DeadLetters, uc *classification.ReplayDeadLetter) error {
		r := &replays{ctx: ctx, uc: uc}
		var err error
		if c.All {
			// A ticket that fails again at once leaves a new letter at the end: those are not for this run.
			begin := time.Now()
			err = eachLetter(ctx, letters, func(l ports.DeadLetter) error {
				if l.At.After(begin) {
					return errEnough
				}
				return r.one(l)
			})
			if errors.Is(err, errEnough) {
				err = nil
			}
		} else {
			err = r.named(letters, c.IDs)
		}
		_, sayErr := fmt.Fprintf(out.stdout, "%d handed to the workers, %d needed nothing any more, %d refused\n", r.requested, r.needless, len(r.refused))
		return errors.Join(append(r.refused, err, sayErr)...)
	})
}

// replays counts how letters end.
type replays struct {
	ctx                 context.Context //nolint:containedctx // it lives as long as one command
	uc                  *classification.ReplayDeadLetter
	requested, needless int
	refused             []error
}

// one replays a letter. Only what stops the whole run is an error.
func (r *replays) one(l ports.DeadLetter) error {
	end, err := r.uc.Handle(r.ctx, l)
	switch {
	case errors.Is(err, classification.ErrNoTicketInLetter):
		r.refused = append(r.refused, fmt.Errorf("%s: %w", l.ID, err))
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", l.ID, err)
	case end == classification.ReplayNeedless:
		r.needless++
	default:
		r.requested++
	}
	return nil
}

func (r *replays) named(letters ports.DeadLetters, ids []string) error {
	for _, id := range ids {
		l, err := letters.DeadLetter(r.ctx, id)
		if errors.Is(err, ports.ErrNoDeadLetter) {
			r.refused = append(r.refused, fmt.Errorf("%s: %w", id, err))
			continue
		}
		if err == nil {
			err = r.one(l)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
