package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"ticketd/adapters/files"
	"ticketd/app/importing"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
)

type importTickets struct {
	settings.RawRepair
	spendingFlags
	File       string   `arg:"" placeholder:"FILE" help:"Old or new tickets, .csv, .tsv, .txt, .jsonl or .json: the export of another help desk or a mail program as it is (docs/import.md lists them), or a file with title, description, and where known createdBy (a user's id) and external_id or id (what the source calls the ticket). UTF-8, UTF-16 and Windows-1252, commas, semicolons and tabs are told apart; columns without a meaning are ignored and named."`
	Source     *string  `placeholder:"NAME" help:"The system in which the ids are unique. A ticket of the same source and id is never imported twice, whatever the file; if its words are others now, it stays as it is and its line is named. Without --source, ids count for a source named default, and a file with such a line is refused, since its ids may be those of another system. Rows without an id are told by the content of their whole file: a file that was changed, if only by a byte, is another one."`
	Map        []string `sep:"none" placeholder:"FIELD=COLUMN" help:"Which column a field is in: title=Subject, description=Body … Columns may be named by number (title=#3), and one may serve two fields. Once for each field."`
	Fit        bool     `help:"Take tickets that break a limit: without a subject the first line of the text is the title, what is too long is cut with a mark, after embedded files and quoted mails are taken out. Each is counted and listed."`
	Keep       bool     `help:"Bring along what old tickets have: status, category, priority and created_at. A ticket with a category is not classified; its labels count as a person's."`
	Value      []string `sep:"none" placeholder:"FIELD:THEIRS=OURS" help:"With --keep: what a word of the source means: 'status:Parked=open', 'category:Invoices=billing'."`
	Dates      string   `enum:"dmy,mdy,excel," default:"" placeholder:"ORDER" help:"With --keep: whether 3/4/2026 is in April (dmy) or in March (mdy), or that 46115.5 is a count of days as Excel has it (excel). Without it such a date is refused."`
	Timezone   string   `default:"UTC" placeholder:"ZONE" help:"With --keep: the zone of times that name none, such as Europe/Berlin. Default: ${default}."`
	HTML       string   `name:"html" enum:"text,keep," default:"" placeholder:"HOW" help:"What becomes of descriptions in HTML: text (tags are taken out) or keep. Default: text in the exports of other programs, keep in other files."`
	Encoding   string   `placeholder:"NAME" help:"How the file is encoded: utf-8, utf-16, windows-1252, iso-8859-15 … Default: its bytes tell, and what is not UTF-8 is said."`
	SkipBad    bool     `help:"Import the right rows of a file in which others are wrong. Without it such a file is not imported at all. A broken quote in a CSV always ends the import, since what follows it might only look like rows."`
	Rejects    string   `placeholder:"FILE" help:"Write the rows that are wrong, each with its reason, to a file that can be mended and imported."`
	Allow      bool     `name:"allow-duplicates" xor:"duplicates" help:"Import rows all the same that look like tickets of an earlier import, from another --source or file. Without it the program asks, and refuses the file where nobody can answer."`
	Skip       bool     `name:"skip-duplicates" xor:"duplicates" help:"Leave such rows out, as imported before: for a file that grew by a few rows."`
	Full       bool     `help:"Bring what 'ticketd export --full' wrote into a database that holds nothing yet: users, tickets with their ids, labels, times, reviews and records, and what earlier imports called them; all or nothing. FILE may be - for standard input. Nothing is classified: pending tickets are, once a server or worker runs."`
	DryRun     bool     `help:"Say what would happen, with three tickets as samples, and store nothing."`
	NoClassify bool     `help:"Ask nobody about the tickets: they become fallbacks, which 'ticketd reclassify' may classify later. Without it each one is classified as if it had come over HTTP, with a model at its price: the estimate is shown first."`
}

// Help is shown under the flags.
func (c *importTickets) Help() string {
	return "A repeated import, also of one that was interrupted, makes no duplicate; only what a kill cut off," +
		" 250 tickets at most, may be paid for again. " +
		"JSON Lines keep every character; a CSV is for spreadsheets: line breaks within its cells are read as " +
		"\\n, and the apostrophes that " +
		"'ticketd export' puts before formulas stay. A 429 of the provider pauses the import, and a key that is " +
		"not accepted ends it: what is done " +
		"is kept, and the same command goes on."
}

// Run checks the whole file before it opens the database, and again with what stands there before it stores
// anything; it asks before anything is paid for.
func (c *importTickets) Run(ctx context.Context, out *streams) error {
	if c.Full {
		return fullImport{c, files.NewArchive(c.File), out}.run(ctx)
	}
	source, err := c.source()
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	file, err := c.open(ctx)
	if err != nil {
		return err
	}
	parse := c.Parse
	if c.NoClassify {
		parse = c.Store.Parse
	}
	s, err := parse()
	if err != nil {
		return err
	}
	s.Store.Opening = settings.OpenLater
	if c.DryRun {
		s.Store.Opening = settings.OpenToLook
	}
	a, err := bootstrap.Open(ctx, s, out.stderr)
	if err != nil {
		return err
	}
	i, err := a.Import()
	if err == nil {
		err = importRun{
			c, a, i, file, importing.Target{Source: source, SkipTwins: c.Skip}, out,
			importing.NewCost(i.Asker()), newImportTally(c.File, out.stderr),
		}.run(ctx)
	}
	return errors.Join(err, a.Close())
}

// open reads as much of the file as shows whether it can be imported at all.
func (c *importTickets) open(ctx context.Context) (*files.Tickets, error) {
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return nil, fmt.Errorf("--timezone: %w", err)
	}
	if len(c.Value) > 0 && !c.Keep {
		return nil, errors.New("--value needs --keep")
	}
	file, err := files.NewTickets(c.File, files.TicketOptions{
		Encoding: c.Encoding, Map: c.Map, Values: c.Value, Fit: c.Fit, Keep: c.Keep, HTML: files.HTMLIs(c.HTML),
		Times: files.TimeFormat{Order: files.DateOrder(c.Dates), Zone: zone},
	})
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(c.File); err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		return nil, fmt.Errorf("%s: the file is empty", c.File)
	}
	if err := c.checkRejects(); err != nil {
		return nil, fmt.Errorf("--rejects: %w", err)
	}
	return file, file.Look(ctx)
}

func (c *importTickets) checkRejects() error {
	if c.Rejects == "" {
		return nil
	}
	from, fromErr := os.Stat(c.File)
	to, toErr := os.Stat(c.Rejects)
	if fromErr == nil && toErr == nil && os.SameFile(from, to) {
		return errors.New("must not be the file itself")
	}
	return files.Writable(c.Rejects)
}

// importRun is an import under way.
type importRun struct {
	*importTickets
	app    *bootstrap.App
	with   bootstrap.Importing
	file   *files.Tickets
	target importing.Target
	out    *streams
	cost   *importing.Cost
	tally  *importTally
}

func (r importRun) run(ctx context.Context) error {
	plan, err := r.plan(ctx)
	if err != nil || r.DryRun {
		return err
	}
	if plan.Fresh+plan.Known+plan.Bad == 0 {
		r.tally.print(": there is no ticket in it")
		return r.say(importing.Imported{}, plan)
	}
	if err := r.confirmTwins(ctx, plan); err != nil {
		return err
	}
	if err := r.confirm(ctx, r.out, r.spending()); err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	if made, err := r.app.MakeStore(ctx); err != nil {
		return err
	} else if made {
		if r.with, err = r.app.Import(); err != nil {
			return err
		}
	}
	return r.store(ctx, plan)
}

func (r importRun) spending() spending {
	return spending{candidate: r.with.Asked, slots: r.with.Slots, calls: r.cost.Calls, tokens: r.cost.Tokens}
}

// plan reads the file and refuses what must not be imported as it is.
func (r importRun) plan(ctx context.Context) (importing.Plan, error) {
	watch := r.tally.watch(r.Source != nil)
	watch.Fresh = func(row importing.Fresh) {
		r.cost.Add(ctx, row)
		r.tally.fresh(row)
	}
	plan, err := r.with.Tickets.Check(ctx, r.file, r.target, watch)
	r.tally.notes(r.file.Notes())
	if err != nil {
		return plan, err
	}
	if err := r.writeRejects(ctx); err != nil {
		return plan, err
	}
	if r.DryRun {
		err = r.tally.dryRun(r.out.stdout, plan, r.spending(), r.spendingFlags)
	}
	return plan, errors.Join(err, r.refused(plan))
}

func (r importRun) refused(plan importing.Plan) error {
	switch {
	case plan.Changed > 0 && r.Source == nil:
		return fmt.Errorf("%d ids were imported before with other words, and nothing was imported: "+
			"if the file comes from another system, give it a name with --source; "+
			"if only its words were edited, --source %s imports the other rows", plan.Changed, defaultSource)
	case plan.Bad > 0 && !r.SkipBad:
		return fmt.Errorf("%d of %d rows are wrong and nothing was imported; --skip-bad imports the others%s",
			plan.Bad, plan.Bad+plan.Fresh+plan.Known, r.fitHint())
	}
	return nil
}

// confirmTwins asks about rows that look like tickets of an earlier import.
func (r importRun) confirmTwins(ctx context.Context, plan importing.Plan) error {
	if plan.Twins == 0 || r.Allow {
		return nil
	}
	looks := fmt.Sprintf("%d of %d rows look like tickets of an earlier import", plan.Twins, plan.Fresh)
	if term.IsTerminal(int(os.Stdin.Fd())) {
		yes, err := asked(ctx, r.out, looks+". Import them all the same? [y/N] ")
		if yes || err != nil {
			return err
		}
	}
	return fmt.Errorf("%s, and nothing was imported: --skip-duplicates leaves them out, "+
		"--allow-duplicates imports them", looks)
}

func (r importRun) fitHint() string {
	if r.Fit {
		return ""
	}
	return ", and --fit takes those without a subject or too long"
}

func (r importRun) writeRejects(ctx context.Context) error {
	if r.Rejects == "" {
		return nil
	}
	err := files.WriteAtomically(
		r.Rejects,
		func(w io.Writer) error { return r.file.WriteRejects(ctx, w, r.tally.reasons) },
	)
	if err != nil {
		return fmt.Errorf("--rejects: %w", err)
	}
	_, err = fmt.Fprintf(
		r.out.stderr, "%d rows are in %s, to be mended and imported\n", len(r.tally.reasons), r.Rejects,
	)
	return err
}

func (r importRun) store(ctx context.Context, plan importing.Plan) error {
	bar := newBar(r.out.stderr, plan.Fresh+plan.Known, "importing")
	var all importing.Imported
	err := r.with.Tickets.Handle(ctx, r.file, plan.Digest, r.target, func(d importing.Imported) {
		all.Add(d)
		_ = bar.Add(d.Stored + d.Known) // it only draws
	})
	_ = bar.Finish()
	if err == nil && all.Bad > plan.Bad && !r.SkipBad {
		err = errors.New("users were deleted during the import, and rows that name them were left out")
	}
	if err != nil && !errors.Is(err, importing.ErrFileChanged) {
		err = fmt.Errorf("%w; repeat the same command to go on", err)
	}
	return errors.Join(err, r.say(all, plan))
}
