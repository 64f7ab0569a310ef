package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"ticketd/adapters/files"
	"ticketd/adapters/htmlreport"
	"ticketd/app/evaluation"
	"ticketd/cmd/bootstrap"
	"ticketd/ports"
)

type eval struct {
	Settings    bootstrap.RawClassifier `embed:"" group:"Classification"`
	Data        string                  `required:"" placeholder:"FILE" help:"Labelled tickets, .jsonl or .csv: title, description, category, and where known id, priority and source."`
	Classifier  string                  `placeholder:"NAME" help:"Instead of AI_CLASSIFIER: local, openai, cascade or auto."`
	Model       string                  `placeholder:"FILE" help:"Instead of LOCAL_MODEL: a file from ticketd train."`
	Compare     string                  `placeholder:"OTHER" help:"Also say what is won and lost against another classifier (local: what is built in, openai, cascade, auto), a model file, or the outcomes of an earlier run over the same tickets (.jsonl)."`
	Limit       int                     `placeholder:"N" help:"Take only so many tickets, spread evenly over the file. Default: all."`
	Concurrency int                     `default:"8" placeholder:"N" help:"Calls in flight at a time, 1 to 256. Default: ${default}."`
	Sweep       bool                    `help:"With cascade: ask both stages about every ticket and print what each threshold would have meant."`
	Report      string                  `placeholder:"FILE" help:"Write an HTML page with charts that needs no network."`
	Outcomes    string                  `placeholder:"FILE" help:"Write one line of JSON per ticket, for --compare in a later run."`
	JSON        bool                    `name:"json" help:"Print JSON instead of text."`
	spendingFlags
}

const maxEvalConcurrency = 256

// Run evaluates. A ticket that could not be classified is counted, not an error; the run fails if that happened to all of them.
func (c *eval) Run(ctx context.Context, out *streams) error {
	if c.Concurrency < 1 || c.Concurrency > maxEvalConcurrency {
		return fmt.Errorf("--concurrency must be from 1 to %d", maxEvalConcurrency)
	}
	if c.Limit < 0 {
		return errors.New("--limit must not be negative")
	}
	if err := c.check(); err != nil {
		return err
	}
	tickets, err := readLabelled(ctx, c.Data)
	if err != nil {
		return err
	}
	tickets = spread(tickets, c.Limit)
	runs, err := c.prepare(ctx, tickets, out)
	if err != nil {
		return err
	}
	doc := evaluation.Document{Data: c.Data}
	if err := c.fill(ctx, &doc, runs, out); err != nil {
		return err
	}
	if err := c.write(doc, runs.main.outcomes, out); err != nil {
		return err
	}
	if doc.Report.Answered == 0 {
		return errors.New("no ticket was classified: every call failed")
	}
	return nil
}

// runs are what is to be done, and the outcomes of it.
type runs struct {
	main  *evalRun
	other *evalRun       // nil if nothing is to be compared, or an earlier run
	saved []savedOutcome // that earlier run
}

// prepare makes the classifiers, does what is free, and asks before the rest is paid for.
func (c *eval) prepare(ctx context.Context, tickets []ports.LabelledTicket, out *streams) (runs, error) {
	settings := c.Settings
	if c.Classifier != "" {
		settings.Classifier = c.Classifier
	}
	if c.Model != "" {
		settings.LocalModel = c.Model
	}
	subject, err := settings.Subject()
	if err != nil {
		return runs{}, err
	}
	if c.Sweep && subject.Stages == nil {
		return runs{}, errors.New("--sweep needs --classifier cascade")
	}
	r := runs{main: newEvalRun(subject, tickets, c.Concurrency, c.Sweep)}
	if err := c.prepareOther(ctx, settings, tickets, &r); err != nil {
		return runs{}, err
	}
	return r, c.askFor(ctx, r, out)
}

// askFor does what is free, and asks before the rest.
func (c *eval) askFor(ctx context.Context, r runs, out *streams) error {
	var all []spending
	for _, run := range []*evalRun{r.main, r.other} {
		if run == nil {
			continue
		}
		if err := run.free(ctx, out); err != nil {
			return err
		}
		all = append(all, run.spending())
	}
	return c.confirm(ctx, out, all...)
}

// fill runs the classifiers and computes.
func (c *eval) fill(ctx context.Context, doc *evaluation.Document, r runs, out *streams) error {
	if err := r.main.finish(ctx, out); err != nil {
		return err
	}
	doc.Classifier, doc.Report = r.main.subject.Name, evaluation.NewReport(r.main.outcomes)
	doc.Cascade, doc.Sweep = r.main.cascade()
	var before []evaluation.Said
	for _, s := range r.saved {
		before = append(before, s.Said)
	}
	compared := &evaluation.Compared{Other: c.Compare}
	if r.other != nil {
		if err := r.other.finish(ctx, out); err != nil {
			return err
		}
		report := evaluation.NewReport(r.other.outcomes)
		compared.Other, compared.Report = r.other.subject.Name, &report
		before = evaluation.SaidOf(r.other.outcomes)
	}
	if c.Compare != "" {
		compared.Comparison = evaluation.Compare(before, evaluation.SaidOf(r.main.outcomes))
		doc.Compared = compared
	}
	return nil
}

func (c *eval) write(doc evaluation.Document, outcomes []evaluation.Outcome, out *streams) error {
	if c.Outcomes != "" {
		if err := writeOutcomes(c.Outcomes, outcomes); err != nil {
			return fmt.Errorf("--outcomes: %w", err)
		}
	}
	if c.Report != "" {
		if err := writeHTML(c.Report, doc); err != nil {
			return fmt.Errorf("--report: %w", err)
		}
	}
	if c.JSON {
		lines := json.NewEncoder(out.stdout)
		lines.SetIndent("", "  ")
		return lines.Encode(doc)
	}
	return printEvaluation(out.stdout, doc)
}

func writeHTML(path string, doc evaluation.Document) error {
	page, err := htmlreport.Render(doc)
	if err != nil {
		return err
	}
	return files.WriteAtomically(path, func(w io.Writer) error {
		_, err := w.Write(page)
		return err
	})
}
