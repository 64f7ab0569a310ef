package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

type deadDrop struct {
	settings.RawLetters
	IDs       []string `arg:"" optional:"" name:"id" help:"The letters' ids, from dead list."`
	All       bool     `help:"Drop every letter."`
	OlderThan string   `placeholder:"AGE" help:"Drop the letters that are older than so long (30d, 72h) or that day (2026-01-01, UTC) or time (RFC 3339)."`
	Malformed bool     `help:"Drop the letters that name no ticket; with --older-than, those of that age."`
	DryRun    bool     `help:"Only say how many letters it would be."`
	Yes       bool     `help:"Do not ask before many letters are dropped. Needed where nobody can be asked."`
}

// Help is shown under the flags.
func (c *deadDrop) Help() string {
	return "A letter is only a note: the ticket it names keeps its fallback or what it has by now. To " +
		"classify it again, use dead replay."
}

// Run drops.
func (c *deadDrop) Run(ctx context.Context, out *streams) error {
	unwanted, err := c.unwanted(time.Now())
	if err != nil {
		return err
	}
	return withLetters(ctx, c.RawLetters, out, func(letters ports.DeadLetters) error {
		uc := classification.NewDropDeadLetters(letters)
		if len(c.IDs) > 0 {
			found, missing, err := uc.Named(ctx, c.IDs)
			if err != nil {
				return err
			}
			return errors.Join(append(missing, c.drop(ctx, uc, found, out))...)
		}
		found, err := uc.Find(ctx, unwanted)
		if err == nil {
			err = c.confirm(ctx, len(found), out)
		}
		if err != nil {
			return fmt.Errorf("nothing was dropped: %w", err)
		}
		return c.drop(ctx, uc, found, out)
	})
}

func (c *deadDrop) unwanted(now time.Time) (u classification.Unwanted, err error) {
	some := c.OlderThan != "" || c.Malformed
	switch {
	case len(c.IDs) > 0 && (c.All || some), c.All && some, len(c.IDs) == 0 && !c.All && !some:
		return u, errors.New("say which letters: their ids, or --all, or --older-than and --malformed")
	case c.OlderThan != "":
		u.Before, err = parseAgo("--older-than", c.OlderThan, now)
	}
	u.Malformed = c.Malformed
	return u, err
}

func (c *deadDrop) drop(
	ctx context.Context, uc *classification.DropDeadLetters, ids []string, out *streams,
) error {
	if c.DryRun {
		_, err := fmt.Fprintf(out.stdout, "%d would be dropped\n", len(ids))
		return err
	}
	n, err := uc.Handle(ctx, ids)
	_, sayErr := fmt.Fprintf(out.stdout, "%d dropped\n", n)
	return errors.Join(err, sayErr)
}

// confirm asks a person. A script has to say --yes: how many letters there are, its writer could not know.
func (c *deadDrop) confirm(ctx context.Context, n int, out *streams) error {
	if c.Yes || c.DryRun || n == 0 {
		return nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return fmt.Errorf("it would be %d letters, and nobody can be asked here: add --yes", n)
	}
	yes, err := asked(ctx, out, fmt.Sprintf("%d dead letters will be dropped for good. Go on? [y/N] ", n))
	if err == nil && !yes {
		err = errors.New("it was not confirmed")
	}
	return err
}
