package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"ticketd/app/classification"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

type dead struct {
	List   deadList   `cmd:"" help:"List dead letters, oldest first, one JSON object a line."`
	Show   deadShow   `cmd:"" help:"Show one dead letter as a JSON document: its event, the failed attempts, and what its ticket is now."`
	Replay deadReplay `cmd:"" help:"Ask for a new classification of the tickets that are still fallbacks, and remove their letters."`
	Drop   deadDrop   `cmd:"" help:"Take dead letters out for good. Their tickets stay as they are."`
}

// letterLine is a dead letter as people and scripts read it.
type letterLine struct {
	ID       string `json:"id"`
	Ticket   int64  `json:"ticket,omitempty"`
	Cause    string `json:"cause"`
	Attempts int    `json:"attempts"`
	At       string `json:"at"`
}

func lineOf(l ports.DeadLetter) letterLine {
	return letterLine{
		ID: l.ID, Ticket: int64(l.TicketID), Cause: l.Cause, Attempts: l.Attempts,
		At: l.At.Format(time.RFC3339Nano),
	}
}

// withLetters opens the dead letters alone.
func withLetters(
	ctx context.Context, raw settings.RawLetters, out *streams, do func(ports.DeadLetters) error,
) error {
	s, err := raw.Parse()
	if err != nil {
		return err
	}
	a, err := bootstrap.Open(ctx, s, out.stderr)
	if err != nil {
		return err
	}
	return errors.Join(do(a.DeadLetters()), a.Close())
}

type deadList struct{ settings.RawLetters }

// Run lists.
func (c *deadList) Run(ctx context.Context, out *streams) error {
	lines := json.NewEncoder(out.stdout)
	return withLetters(ctx, c.RawLetters, out, func(letters ports.DeadLetters) error {
		for l, err := range classification.AllDeadLetters(ctx, letters) {
			if err != nil {
				return err
			}
			if err := lines.Encode(lineOf(l)); err != nil {
				return err
			}
		}
		return nil
	})
}
