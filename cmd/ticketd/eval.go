package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ticketd/adapters/files"
	"ticketd/app"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

type eval struct {
	Settings    settings.RawClassifier `embed:"" group:"settings"`
	Data        string                 `required:"" placeholder:"FILE" help:"Labelled tickets, .jsonl or .csv: title, description, category, and where known id, priority and source."`
	Classifier  string                 `placeholder:"NAME" help:"Instead of AI_CLASSIFIER: local, openai, cascade or auto."`
	Model       string                 `placeholder:"FILE" help:"Instead of LOCAL_MODEL: a file from ticketd train."`
	Compare     string                 `placeholder:"OTHER" help:"Also say what is won and lost against another classifier (local: what is built in, openai, cascade, auto), a model file, or the outcomes of an earlier run over the same tickets (.jsonl)."`
	Limit       int                    `placeholder:"N" help:"Take only so many tickets, spread evenly over the file. Default: all."`
	Concurrency int                    `default:"8" placeholder:"N" help:"Calls in flight at a time, 1 to 256. Default: ${default}."`
	Sweep       bool                   `help:"With cascade: ask both stages about every ticket and print what each threshold would have meant."`
	Report      string                 `placeholder:"FILE" help:"Write an HTML page with charts that needs no network."`
	Outcomes    string                 `placeholder:"FILE" help:"Write one line of JSON per ticket, for --compare in a later run. A run that is interrupted writes those that it has."`
	ShowText    bool                   `help:"Also show title and beginning of the tickets with wrong labels. They may hold personal data."`
	JSON        bool                   `name:"json" help:"Print JSON instead of text."`
	spendingFlags
}

const maxEvalConcurrency = 256

// Run evaluates. A ticket that could not be classified is counted, not an error; the run fails if that
// happened to all of them.
func (c *eval) Run(ctx context.Context, out *streams) error {
	if err := c.validate(); err != nil {
		return err
	}
	tickets, err := c.read(ctx)
	if err != nil {
		return err
	}
	e, err := c.evaluation(ctx)
	if err != nil {
		return err
	}
	result, outcomes, err := bootstrap.Evaluate(c.Concurrency, c.hooks(ctx, out)).Handle(ctx, tickets, e)
	if err != nil {
		return errors.Join(c.explain(err), c.savePartial(outcomes, out))
	}
	result.Data = c.Data
	result.Version = build()
	if err := c.write(result, outcomes, out); err != nil {
		return err
	}
	if result.Report.Answered == 0 {
		return errors.New("no ticket was classified: every call failed")
	}
	return nil
}

// validate also finds out, before anything is paid for, whether the results can be written.
func (c *eval) validate() error {
	if c.Concurrency < 1 || c.Concurrency > maxEvalConcurrency {
		return fmt.Errorf("--concurrency must be from 1 to %d", maxEvalConcurrency)
	}
	if c.Limit < 0 {
		return errors.New("--limit must not be negative")
	}
	return errors.Join(c.check(), writable("--outcomes", c.Outcomes), writable("--report", c.Report))
}

func writable(flag, path string) error {
	if path == "" {
		return nil
	}
	if err := files.Writable(path); err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	return nil
}

func (c *eval) read(ctx context.Context) ([]ports.LabelledTicket, error) {
	file, err := files.NewLabelled(c.Data)
	if err != nil {
		return nil, err
	}
	tickets, n, err := app.ReadLabelled(ctx, file, 0)
	if err == nil && n == 0 {
		err = noTickets(c.Data)
	}
	return tickets, err
}

func noTickets(path string) error { return fmt.Errorf("%s: there is no ticket in it", path) }

// evaluation makes the classifiers.
func (c *eval) evaluation(ctx context.Context) (app.Evaluation, error) {
	raw := c.Settings
	if c.Classifier != "" {
		raw.Classifier = c.Classifier
	}
	if c.Model != "" {
		raw.LocalModel = c.Model
	}
	main, err := candidate(raw)
	if err != nil {
		return app.Evaluation{}, err
	}
	if c.Sweep && main.Stages == nil {
		return app.Evaluation{}, errors.New("--sweep needs --classifier cascade")
	}
	e := app.Evaluation{Candidate: main, Sweep: c.Sweep, Limit: c.Limit, ShowText: c.ShowText}
	return e, c.addOther(ctx, raw, &e)
}

// addOther finds out what --compare means: the outcomes of an earlier run, a classifier's name, or a model
// file.
func (c *eval) addOther(ctx context.Context, raw settings.RawClassifier, e *app.Evaluation) error {
	switch {
	case c.Compare == "":
		return nil
	case strings.EqualFold(filepath.Ext(c.Compare), ".jsonl"):
		predictions, err := files.ReadOutcomes(ctx, c.Compare)
		e.Earlier = &app.EarlierRun{Name: c.Compare, Predictions: predictions}
		return err
	case c.Compare == "local":
		raw.Classifier, raw.LocalModel = c.Compare, ""
	case slices.Contains([]string{"auto", "openai", "cascade"}, c.Compare):
		raw.Classifier = c.Compare
	default:
		raw.Classifier, raw.LocalModel = "local", c.Compare
	}
	other, err := candidate(raw)
	if err != nil {
		return fmt.Errorf("--compare: %w", err)
	}
	e.Other = &other
	return nil
}

func candidate(raw settings.RawClassifier) (app.Candidate, error) {
	s, err := raw.Parse()
	if err != nil {
		return app.Candidate{}, err
	}
	c, err := bootstrap.NewCandidate(s)
	return c.Candidate, err
}

func (c *eval) hooks(ctx context.Context, out *streams) app.EvaluationHooks {
	return app.EvaluationHooks{
		Agree: func(planned []app.PlannedCalls) error {
			var all []spending
			for _, p := range planned {
				all = append(all, newSpending(p.Candidate, c.Concurrency, p.Texts))
			}
			return c.confirm(ctx, out, all...)
		},
		Begin: func(pass string, tickets int) (step, end func()) {
			bar := newBar(out.stderr, tickets, pass)
			return func() { _ = bar.Add(1) }, func() { _ = bar.Finish() } // it only draws
		},
	}
}

// explain names the flags that an error is about.
func (c *eval) explain(err error) error {
	other, ok := errors.AsType[*app.OtherTicketsError](err)
	if !ok {
		return err
	}
	const advice = "; run eval with --outcomes over these tickets first, " +
		"or compare with a classifier by its name"
	if other.Common == 0 {
		return fmt.Errorf("--compare %s: it has none of the tickets of --data%s", c.Compare, advice)
	}
	return fmt.Errorf("--compare %s: %w%s", c.Compare, err, advice)
}
