package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"ticketd/adapters/files"
	"ticketd/app/importing"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
)

type importTickets struct {
	settings.RawRepair
	spendingFlags
	File       string  `arg:"" placeholder:"FILE" help:"New tickets, .csv or .jsonl in UTF-8, or in UTF-16 with a byte order mark: title, description, and where known createdBy (a user's id) and external_id or id (what the source calls the ticket). Case, _, - and blanks in these names do not matter; other columns are ignored and named."`
	Source     *string `placeholder:"NAME" help:"The system in which the ids are unique. A ticket of the same source and id is never imported twice, whatever the file; if its words are others now, it stays as it is and its line is named. Without --source, ids count for a source named default, and a file with such a line is refused, since its ids may be those of another system. Rows without an id are told by the content of their whole file: a file that was changed, if only by a byte, is another one."`
	SkipBad    bool    `help:"Import the right rows of a file in which others are wrong. Without it such a file is not imported at all. A broken quote in a CSV always ends the import, since what follows it might only look like rows."`
	NoClassify bool    `help:"Ask nobody about the tickets: they become fallbacks, which 'ticketd reclassify' may classify later. Without it each one is classified as if it had come over HTTP, with a model at its price: the estimate is shown first."`
}

// Help is shown under the flags.
func (c *importTickets) Help() string {
	return "A repeated import, also of one that was interrupted, makes no duplicate; only what a kill cut off, 250 tickets at most, may be paid for again. " +
		"JSON Lines keep every character; a CSV is for spreadsheets: line breaks within its cells are read as \\n, and the apostrophes that " +
		"'ticketd export' puts before formulas stay. A 429 of the provider pauses the import, and a key that is not accepted ends it: what is done " +
		"is kept, and the same command goes on."
}

const (
	defaultSource = "default"
	maxSourceName = 100 // code points
)

// Run checks the whole file before it stores anything, and asks before anything is paid for.
func (c *importTickets) Run(ctx context.Context, out *streams) error {
	source := defaultSource
	if c.Source != nil {
		source = *c.Source
	}
	if err := checkSource(source); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	file, err := files.NewTickets(c.File)
	if err != nil {
		return err
	}
	s, err := c.Parse()
	if err != nil {
		return err
	}
	return bootstrap.Import(ctx, s, !c.NoClassify, out.stderr, func(uc *importing.ImportTickets) error {
		cost, err := newImportCost(c)
		if err != nil {
			return err
		}
		plan, err := c.plan(ctx, uc, file, source, cost, out)
		if err != nil {
			return err
		}
		if err := c.confirm(ctx, out, cost.spending); err != nil {
			return fmt.Errorf("nothing was imported: %w", err)
		}
		return c.store(ctx, uc, file, source, plan, out)
	})
}

func checkSource(name string) error {
	if strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > maxSourceName {
		return fmt.Errorf("--source must have 1 to %d characters and not only blanks", maxSourceName)
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return errors.New("--source must not have control characters")
	}
	return nil
}

// plan reads the file and refuses what must not be imported as it is.
func (c *importTickets) plan(
	ctx context.Context, uc *importing.ImportTickets, file *files.Tickets, source string, cost *importCost, out *streams,
) (importing.ImportPlan, error) {
	say := func(p *importing.ImportError) {
		_, _ = fmt.Fprintf(out.stderr, "%s:%d: %v\n", c.File, p.Line, p.Err) // where the error stream is gone, the counts tell
	}
	changed := 0
	plan, err := uc.Check(ctx, file, source, importing.ImportWatch{
		Bad: say,
		Changed: func(p *importing.ImportError) {
			if changed++; c.Source != nil || changed <= maxProblems {
				say(p)
			}
		},
		Fresh: cost.fresh(ctx),
	})
	if other := file.Ignored(); len(other) > 0 {
		_, _ = fmt.Fprintf(out.stderr, "columns ignored: %q\n", other) // where the error stream is gone, nobody reads it
	}
	switch {
	case err != nil:
	case plan.Changed > 0 && c.Source == nil:
		err = fmt.Errorf("%d ids were imported before with other words, and nothing was imported: if the file comes from another system, "+
			"give it a name with --source; if only its words were edited, --source %s imports the other rows", plan.Changed, defaultSource)
	case plan.Bad > 0 && !c.SkipBad:
		err = fmt.Errorf("%d of %d rows are wrong and nothing was imported; --skip-bad imports the others", plan.Bad, plan.Bad+plan.Fresh+plan.Known)
	}
	return plan, err
}

func (c *importTickets) store(
	ctx context.Context, uc *importing.ImportTickets, file *files.Tickets, source string, plan importing.ImportPlan, out *streams,
) error {
	bar := newBar(out.stderr, plan.Fresh+plan.Known, "importing")
	var all importing.Imported
	err := uc.Handle(ctx, file, plan.Digest, source, func(d importing.Imported) {
		all.Stored += d.Stored
		all.Done += d.Done
		all.Fallback += d.Fallback
		all.Known += d.Known
		all.Changed += d.Changed
		all.Bad += d.Bad
		_ = bar.Add(d.Stored + d.Known) // it only draws
	})
	_ = bar.Finish()
	changed := ""
	if all.Changed > 0 {
		changed = fmt.Sprintf(" (%d with other words)", all.Changed)
	}
	_, sayErr := fmt.Fprintf(out.stdout, "%d imported (%d classified, %d fallback, %d pending), %d imported before%s, %d wrong\n",
		all.Stored, all.Done, all.Fallback, all.Stored-all.Done-all.Fallback, all.Known, changed, all.Bad)
	if err == nil && all.Bad > plan.Bad && !c.SkipBad {
		err = errors.New("users were deleted during the import, and rows that name them were left out")
	}
	if err != nil && !errors.Is(err, importing.ErrFileChanged) {
		err = fmt.Errorf("%w; repeat the same command to go on", err)
	}
	return errors.Join(err, sayErr, c.fallbacks(all, out))
}

// fallbacks says what to do about tickets that are stored without a verdict: a repeated import takes them for known.
func (c *importTickets) fallbacks(all importing.Imported, out *streams) error {
	if c.NoClassify || all.Fallback == 0 {
		return nil
	}
	_, err := fmt.Fprintf(out.stderr, "%d tickets could not be classified and are fallbacks; 'ticketd reclassify' asks about them again\n", all.Fallback)
	if all.Done == 0 {
		err = errors.Join(err, errors.New("no ticket was classified: every call failed"))
	}
	return err
}
