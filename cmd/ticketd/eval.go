package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"ticketd/adapters/files"
	"ticketd/adapters/htmlreport"
	"ticketd/adapters/textreport"
	"ticketd/app/evaluation"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

type eval struct {
	Settings    settings.RawClassifier `embed:"" group:"Classification"`
	Data        string                 `required:"" placeholder:"FILE" help:"Labelled tickets, .jsonl or .csv: title, description, category, and where known id, priority and source."`
	Classifier  string                 `placeholder:"NAME" help:"Instead of AI_CLASSIFIER: local, openai, cascade or auto."`
	Model       string                 `placeholder:"FILE" help:"Instead of LOCAL_MODEL: a file from ticketd train."`
	Compare     string                 `placeholder:"OTHER" help:"Also say what is won and lost against another classifier (local: what is built in, openai, cascade, auto), a model file, or the outcomes of an earlier run over the same tickets (.jsonl)."`
	Limit       int                    `placeholder:"N" help:"Take only so many tickets, spread evenly over the file. Default: all."`
	Concurrency int                    `default:"8" placeholder:"N" help:"Calls in flight at a time, 1 to 256. Default: ${default}."`
	Sweep       bool                   `help:"With cascade: ask both stages about every ticket and print what each threshold would have meant."`
	Report      string                 `placeholder:"FILE" help:"Write an HTML page with charts that needs no network."`
	Outcomes    string                 `placeholder:"FILE" help:"Write one line of JSON per ticket, for --compare in a later run. A run that is interrupted writes those that it has."`
	ShowText    bool                   `help:"Also show how the tickets begin that are wrong though the classifier was most sure. They may hold personal data."`
	JSON        bool                   `name:"json" help:"Print JSON instead of text."`
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
	if err := errors.Join(c.check(), c.writable()); err != nil {
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
	doc := evaluation.Result{Data: c.Data}
	if err := c.fill(ctx, &doc, runs, out); err != nil {
		return errors.Join(err, c.keep(runs.main.outcomes, out))
	}
	if err := c.write(doc, runs.main.outcomes, out); err != nil {
		return err
	}
	if doc.Report.Answered == 0 {
		return errors.New("no ticket was classified: every call failed")
	}
	return nil
}

// writable finds out before anything is paid for whether the results can be written.
func (c *eval) writable() error {
	var errs []error
	for _, to := range []struct{ flag, path string }{{"--outcomes", c.Outcomes}, {"--report", c.Report}} {
		if to.path == "" {
			continue
		}
		if err := files.Writable(to.path); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", to.flag, err))
		}
	}
	return errors.Join(errs...)
}

// runs are what is to be done, and the outcomes of it.
type runs struct {
	main  *evalRun
	other *evalRun       // nil if nothing is to be compared, or an earlier run
	saved []savedOutcome // that earlier run
}

// prepare makes the classifiers, does what is free, and asks before the rest is paid for.
func (c *eval) prepare(ctx context.Context, tickets []ports.LabelledTicket, out *streams) (runs, error) {
	raw := c.Settings
	if c.Classifier != "" {
		raw.Classifier = c.Classifier
	}
	if c.Model != "" {
		raw.LocalModel = c.Model
	}
	subject, err := subjectOf(raw)
	if err != nil {
		return runs{}, err
	}
	if c.Sweep && subject.Stages == nil {
		return runs{}, errors.New("--sweep needs --classifier cascade")
	}
	r := runs{main: newEvalRun(subject, tickets, c.Concurrency, c.Sweep)}
	if err := c.prepareOther(ctx, raw, tickets, &r); err != nil {
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
func (c *eval) fill(ctx context.Context, doc *evaluation.Result, r runs, out *streams) error {
	if err := r.main.finish(ctx, out); err != nil {
		return err
	}
	doc.Classifier, doc.Report = r.main.subject.Name, evaluation.NewReport(r.main.outcomes)
	doc.Cascade, doc.Sweep = r.main.cascade()
	doc.Telling = evaluation.TellingErrors(r.main.outcomes, c.ShowText)
	var before []evaluation.Prediction
	for _, s := range r.saved {
		before = append(before, s.Prediction)
	}
	compared := &evaluation.Compared{Other: c.Compare}
	if r.other != nil {
		if err := r.other.finish(ctx, out); err != nil {
			return err
		}
		report := evaluation.NewReport(r.other.outcomes)
		compared.Other, compared.Report = r.other.subject.Name, &report
		before = evaluation.PredictionsOf(r.other.outcomes)
	}
	if c.Compare != "" {
		compared.Comparison = evaluation.Compare(before, evaluation.PredictionsOf(r.main.outcomes))
		doc.Compared = compared
	}
	return nil
}

// write prints first: a file that cannot be written must not take the figures along.
func (c *eval) write(doc evaluation.Result, outcomes []evaluation.Outcome, out *streams) error {
	return errors.Join(c.print(doc, out), c.writeOutcomes(outcomes), c.writeReport(doc))
}

// keep writes the outcomes of a run that was cut off: they may be paid for.
func (c *eval) keep(outcomes []evaluation.Outcome, out *streams) error {
	ended := slices.DeleteFunc(slices.Clone(outcomes), func(o evaluation.Outcome) bool { return o.Ticket.ID == "" })
	if c.Outcomes == "" || len(ended) == 0 {
		return nil
	}
	if err := c.writeOutcomes(ended); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out.stderr, "the outcomes of %d of %d tickets are in %s\n", len(ended), len(outcomes), c.Outcomes)
	return err
}

func (c *eval) print(doc evaluation.Result, out *streams) error {
	if !c.JSON {
		return textreport.Evaluation(out.stdout, doc)
	}
	lines := json.NewEncoder(out.stdout)
	lines.SetIndent("", "  ")
	return lines.Encode(doc)
}

func (c *eval) writeOutcomes(outcomes []evaluation.Outcome) error {
	if c.Outcomes == "" {
		return nil
	}
	if err := writeOutcomes(c.Outcomes, outcomes); err != nil {
		return fmt.Errorf("--outcomes: %w", err)
	}
	return nil
}

func (c *eval) writeReport(doc evaluation.Result) error {
	if c.Report == "" {
		return nil
	}
	if err := writeHTML(c.Report, doc); err != nil {
		return fmt.Errorf("--report: %w", err)
	}
	return nil
}

func writeHTML(path string, doc evaluation.Result) error {
	page, err := htmlreport.Render(doc)
	if err != nil {
		return err
	}
	return files.WriteAtomically(path, func(w io.Writer) error {
		_, err := w.Write(page)
		return err
	})
}
