package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"ticketd/app"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
)

type purge struct {
	settings.RawStore `group:"settings"`
	ClosedBefore      string `required:"" placeholder:"WHEN" help:"Only tickets that were closed so long ago (365d, 72h) or before this day (2026-01-01, UTC) or time (RFC 3339)."`
	DryRun            bool   `help:"Only say how many tickets it would be."`
	Yes               bool   `help:"Do not ask before tickets are deleted."`
}

// Help is shown under the flags.
func (c *purge) Help() string {
	return "Tickets are deleted for good, each with its record and its keys, in small steps beside a running " +
		"server. An interrupt keeps what is done, and the same command goes on. For a ticket whose closing a " +
		"version of the program before this one did not note, its last known change counts."
}

// Run deletes tickets that were closed long ago.
func (c *purge) Run(ctx context.Context, out *streams) error {
	before, err := parseAgo("--closed-before", c.ClosedBefore, time.Now())
	if err != nil {
		return err
	}
	s, err := c.Parse()
	if err != nil {
		return err
	}
	s.Store.Opening = settings.OpenExisting
	a, err := bootstrap.Open(ctx, s, out.stderr)
	if err != nil {
		return err
	}
	return errors.Join(c.purge(ctx, a.Purge(), before, out), a.Close())
}

func (c *purge) purge(ctx context.Context, uc *app.PurgeTickets, before time.Time, out *streams) error {
	if c.DryRun {
		found, err := uc.Count(ctx, before)
		if err != nil {
			return err
		}
		return sayPurged(out.stdout, out.stderr, found, found.Found, before, "would be deleted")
	}
	if err := c.confirm(ctx, uc, before, out); err != nil {
		return fmt.Errorf("nothing was deleted: %w", err)
	}
	bar := newBar(out.stderr, -1, "deleting")
	all, err := uc.Handle(ctx, before, func(step app.Purged) {
		_ = bar.Add(step.Deleted) // it only draws
	})
	_ = bar.Finish()
	if err != nil {
		err = fmt.Errorf("%w; what is deleted stays deleted, and the same command goes on", err)
	} else if left := all.Found - all.Deleted; left > 0 {
		err = fmt.Errorf("%d tickets were changed at that moment and stay: repeat the command", left)
	}
	return errors.Join(err, sayPurged(out.stdout, out.stderr, all, all.Deleted, before, "deleted"))
}

// confirm asks a person. A script is taken to know.
func (c *purge) confirm(ctx context.Context, uc *app.PurgeTickets, before time.Time, out *streams) error {
	if c.Yes || !term.IsTerminal(int(os.Stdin.Fd())) {
		return nil
	}
	found, err := uc.Count(ctx, before)
	if err != nil || found.Found == 0 {
		return err
	}
	err = sayPurged(out.stderr, out.stderr, found, found.Found, before, "will be deleted for good")
	if err != nil {
		return err
	}
	yes, err := asked(ctx, out, "Go on? [y/N] ")
	if err == nil && !yes {
		err = errors.New("it was not confirmed")
	}
	return err
}

// sayPurged writes the result to w and what is to be known about it to notes.
func sayPurged(w, notes io.Writer, p app.Purged, n int, before time.Time, what string) error {
	_, err := fmt.Fprintf(w, "%d tickets that were closed before %s %s\n", n, before.UTC().Format(time.RFC3339),
		what)
	if err == nil && p.Guessed > 0 {
		_, err = fmt.Fprintf(notes, "nobody noted when %d of them were closed: their last known change counts\n",
			p.Guessed)
	}
	return err
}

// parseAgo takes an age or a time that is past.
func parseAgo(flag, text string, now time.Time) (time.Time, error) {
	at, err := agoOrTime(text, now)
	if err != nil {
		return at, errors.New(flag + " must be an age such as 365d, a day such as 2026-01-01 " +
			"or a time such as 2026-01-01T00:00:00Z")
	}
	if at.After(now) {
		return at, errors.New(flag + " must not be in the future")
	}
	return at, nil
}

// mostDays keeps an age within the times that every store knows.
const mostDays = 100_000

func agoOrTime(text string, now time.Time) (time.Time, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 32)
		if err == nil && n > mostDays {
			err = strconv.ErrRange
		}
		return now.AddDate(0, 0, -int(n)), err //nolint:gosec // it is no more than mostDays
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 && text != "0" {
		return now.Add(-d), nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, nil
	}
	return time.Parse(time.RFC3339, text)
}
