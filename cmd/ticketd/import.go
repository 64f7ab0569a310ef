package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"ticketd/adapters/files"
	"ticketd/app"
	"ticketd/cmd/bootstrap"
)

type importTickets struct {
	bootstrap.RawRepair
	File       string `arg:"" placeholder:"FILE" help:"New tickets, .csv or .jsonl: title, description, and where known createdBy (a user's id) and external_id or id (what the source calls the ticket)."`
	Source     string `default:"default" placeholder:"NAME" help:"Where the ids are unique. A ticket of the same source and id is never imported twice; one without an id is told by its file's name and its words. Default: ${default}."`
	SkipBad    bool   `help:"Import the right rows of a file in which others are wrong. Without it such a file is not imported at all."`
	NoClassify bool   `help:"Ask nobody about the tickets: they become fallbacks, which 'ticketd reclassify' may classify later. Without it each one is classified as if it had come over HTTP, with a model at its price."`
}

const maxSourceName = 100

// Run checks the whole file before it stores anything.
func (c *importTickets) Run(ctx context.Context, out *streams) error {
	if c.Source == "" || len(c.Source) > maxSourceName {
		return fmt.Errorf("--source must have 1 to %d characters", maxSourceName)
	}
	file, err := files.NewTickets(c.File)
	if err != nil {
		return err
	}
	return c.Import(ctx, !c.NoClassify, out.stderr, func(uc *app.ImportTickets) error {
		good, bad, err := c.check(ctx, uc, file, out.stderr)
		if err != nil {
			return err
		}
		if bad > 0 && !c.SkipBad {
			return fmt.Errorf("%d of %d rows are wrong and nothing was imported; --skip-bad imports the others", bad, good+bad)
		}
		return c.store(ctx, uc, file, good, bad, out)
	})
}

func (c *importTickets) check(ctx context.Context, uc *app.ImportTickets, file files.Tickets, stderr io.Writer) (good, bad int, err error) {
	good, err = uc.Check(ctx, file, func(p *app.ImportError) {
		bad++
		_, _ = fmt.Fprintf(stderr, "%s:%d: %v\n", c.File, p.Line, p.Err) // where the error stream is gone, the counts tell
	})
	return good, bad, err
}

func (c *importTickets) store(ctx context.Context, uc *app.ImportTickets, file files.Tickets, good, bad int, out *streams) error {
	bar := newBar(out.stderr, good, "importing")
	var all app.Imported
	err := uc.Handle(ctx, file, c.Source, func(d app.Imported) {
		all.Stored += d.Stored
		all.Done += d.Done
		all.Fallback += d.Fallback
		all.Known += d.Known
		all.Bad += d.Bad
		_ = bar.Add(d.Stored + d.Known) // it only draws
	})
	_ = bar.Finish()
	_, sayErr := fmt.Fprintf(out.stdout, "%d imported (%d classified, %d fallback, %d pending), %d imported before, %d wrong\n",
		all.Stored, all.Done, all.Fallback, all.Stored-all.Done-all.Fallback, all.Known, all.Bad)
	if err == nil && all.Bad > bad && !c.SkipBad {
		err = errors.New("users were deleted during the import, and rows that name them were left out")
	}
	if err != nil {
		err = fmt.Errorf("%w; repeat the same command to go on", err)
	}
	return errors.Join(err, sayErr)
}
