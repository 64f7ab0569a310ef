package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"ticketd/adapters/files"
	"ticketd/app"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

type exportTickets struct {
	settings.RawStore `group:"settings"`
	Category          string `placeholder:"NAME" help:"Only tickets of this category: billing, technical or general."`
	Priority          string `placeholder:"NAME" help:"Only tickets of this priority: low, medium or high."`
	Status            string `placeholder:"NAME" help:"Only tickets with this status: open or closed."`
	AIStatus          string `name:"ai-status" placeholder:"NAME" help:"Only tickets whose classification has come this far: pending, done or fallback."`
	CreatedBy         *int64 `placeholder:"ID" help:"Only tickets of this user."`
	NeedsReview       *bool  `negatable:"" help:"Only tickets that a person should look at, or need not."`
	Q                 string `name:"q" placeholder:"QUERY" help:"Only tickets whose title or description has these words; \"phrases\" and -words as in the API."`
	From              string `placeholder:"TIME" help:"Only tickets created at this time (RFC 3339) or later."`
	To                string `placeholder:"TIME" help:"Only tickets created before this time (RFC 3339)."`
	Format            string `enum:"csv,jsonl," default:"" placeholder:"NAME" help:"csv (for spreadsheets: an apostrophe stands before what they would run as a formula, also after line breaks, tabs and semicolons within a text, and an import does not take it away) or jsonl (texts are exact: an import takes back title, description and created_by as they were, with --keep status, labels and times too; it keeps id as the name under --source). Default: by the name of --out, else jsonl."`
	BOM               bool   `name:"bom" negatable:"" default:"true" help:"Begin a CSV with the byte order mark by which Excel knows UTF-8."`
	Full              bool   `help:"Write everything that belongs to tickets, and all users, as JSON Lines for 'ticketd import --full': also ids, records, reviews, and what imports called them. It is the database as it is at one moment, whatever is stored meanwhile."`
	Out               string `placeholder:"FILE" help:"Write to a file, which appears when it is complete; a link, a pipe or a device is written through. Default: standard output."`
}

// Run writes tickets, newest first.
func (c *exportTickets) Run(ctx context.Context, out *streams) error {
	filter, period, err := c.filter()
	if err != nil {
		return err
	}
	if c.Full {
		return c.full(ctx, filter, period, out)
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
	bar := newBar(out.stderr, -1, "exporting")
	err = c.writeOut(out, func(w io.Writer) error { return c.write(ctx, a.Export(), filter, period, w, bar) })
	_ = bar.Finish() // it only draws
	return errors.Join(err, a.Close())
}

func (c *exportTickets) writeOut(out *streams, write func(io.Writer) error) error {
	if c.Out == "" {
		return writeBuffered(out.stdout, write)
	}
	return files.WriteAtomically(c.Out, write)
}

func writeBuffered(w io.Writer, write func(io.Writer) error) error {
	buffer := bufio.NewWriter(w)
	if err := write(buffer); err != nil {
		return err // which the buffer would only repeat
	}
	return buffer.Flush()
}

func (c *exportTickets) write(
	ctx context.Context, uc *app.ExportTickets, f ports.TicketFilter, p ports.Period, w io.Writer,
	bar *progressbar.ProgressBar,
) error {
	if c.BOM && c.format() == files.FormatCSV {
		if _, err := io.WriteString(w, files.ByteOrderMark); err != nil {
			return err
		}
	}
	tickets, err := files.NewTicketWriter(w, c.format())
	if err != nil {
		return err
	}
	err = uc.Handle(ctx, f, p, func(t domain.Ticket) error {
		_ = bar.Add(1) // it only draws
		return tickets.Write(t)
	})
	if err != nil {
		return err
	}
	return tickets.Flush()
}

func (c *exportTickets) format() string {
	byName := files.FormatJSONL
	if strings.EqualFold(filepath.Ext(c.Out), ".csv") {
		byName = files.FormatCSV
	}
	return cmp.Or(c.Format, byName)
}

// filter reports all flags that are wrong at once.
func (c *exportTickets) filter() (ports.TicketFilter, ports.Period, error) {
	var errs []error
	f := ports.TicketFilter{NeedsReview: c.NeedsReview}
	f.Category = parseFlag("category", c.Category, domain.ParseCategory, &errs)
	f.Priority = parseFlag("priority", c.Priority, domain.ParsePriority, &errs)
	f.Status = parseFlag("status", c.Status, domain.ParseStatus, &errs)
	f.AIStatus = parseFlag("ai-status", c.AIStatus, domain.ParseAIStatus, &errs)
	f.Search = parseFlag("q", c.Q, search.Parse, &errs)
	if c.CreatedBy != nil && *c.CreatedBy < 1 {
		errs = append(errs, errors.New("--created-by must be a positive whole number"))
	}
	f.CreatedBy = (*domain.UserID)(c.CreatedBy)
	p := ports.Period{
		From: parseFlag("from", c.From, parseTime, &errs), To: parseFlag("to", c.To, parseTime, &errs),
	}
	if !p.From.IsZero() && !p.To.IsZero() && p.From.After(p.To) {
		errs = append(errs, errors.New("--from must not be after --to"))
	}
	return f, p, errors.Join(errs...)
}

func parseFlag[T any](name, text string, parse func(string) (T, error), errs *[]error) (value T) {
	if text == "" {
		return value
	}
	value, err := parse(text)
	if e, ok := errors.AsType[*domain.Error](err); ok && len(e.Fields) > 0 {
		err = errors.New(e.Fields[0].Message)
	}
	if err != nil {
		*errs = append(*errs, fmt.Errorf("--%s %w", name, err))
	}
	return value
}

func parseTime(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, errors.New("must be a time such as 2026-11-23T10:00:00Z")
	}
	if t.IsZero() { // which means no bound: no ticket lies between it and the next moment
		t = t.Add(time.Microsecond)
	}
	return t, nil
}
