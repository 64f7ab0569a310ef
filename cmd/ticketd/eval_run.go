package main

import (
	"context"

	"ticketd/app"
	"ticketd/app/evaluation"
	"ticketd/cmd/bootstrap"
	"ticketd/domain"
	"ticketd/ports"
)

// evalRun runs one classifier over the tickets: first what is free, then what may cost money.
type evalRun struct {
	subject bootstrap.Subject
	tickets []ports.LabelledTicket
	slots   int
	sweep   bool // ask the second stage about every ticket

	first    []evaluation.Outcome // of a cascade's first stage
	second   []evaluation.Outcome // of its second, where it was asked
	ask      []int                // places of the tickets that a model is asked about
	outcomes []evaluation.Outcome
}

func newEvalRun(s bootstrap.Subject, tickets []ports.LabelledTicket, slots int, sweep bool) *evalRun {
	return &evalRun{subject: s, tickets: tickets, slots: slots, sweep: sweep}
}

// free runs a cascade's first stage and finds out which tickets a model is asked about.
func (r *evalRun) free(ctx context.Context, out *streams) error {
	all := make([]int, len(r.tickets))
	for i := range all {
		all[i] = i
	}
	switch {
	case r.subject.Model == "":
		return nil
	case r.subject.Stages == nil:
		r.ask = all
		return nil
	}
	var err error
	r.first, err = r.classify(ctx, r.subject.Stages.First, r.tickets, "first stage", out)
	r.ask = all
	if !r.sweep {
		r.ask = evaluation.GoOn(r.first, r.subject.Stages.Threshold)
	}
	return err
}

// finish runs the rest. After an error there are the outcomes so far, and the others are zero.
func (r *evalRun) finish(ctx context.Context, out *streams) error {
	var err error
	if r.subject.Stages == nil {
		r.outcomes, err = r.classify(ctx, r.subject.Classifier, r.tickets, r.subject.Name, out)
		return err
	}
	asked := make([]ports.LabelledTicket, len(r.ask))
	for i, place := range r.ask {
		asked[i] = r.tickets[place]
	}
	answers, err := r.classify(ctx, r.subject.Stages.Second, asked, "second stage", out)
	r.second = make([]evaluation.Outcome, len(r.tickets))
	for i, place := range r.ask {
		r.second[place] = answers[i]
	}
	r.outcomes = evaluation.Cascade(r.first, r.second, r.subject.Stages.Threshold)
	return err
}

func (r *evalRun) classify(ctx context.Context, c domain.Classifier, tickets []ports.LabelledTicket, what string, out *streams) ([]evaluation.Outcome, error) {
	bar := newBar(out.stderr, len(tickets), what)
	outcomes, err := app.NewEvaluate(c, bootstrap.CommandCalls(r.subject.Timeout, r.slots)).Handle(ctx, tickets, func() {
		_ = bar.Add(1) // it only draws
	})
	_ = bar.Finish()
	return outcomes, err
}

// cascade is nil but for a cascade; the curve is nil but for a sweep.
func (r *evalRun) cascade() (*evaluation.Calls, []evaluation.Step) {
	if r.subject.Stages == nil {
		return nil, nil
	}
	calls := evaluation.NewCalls(r.first, r.subject.Stages.Threshold)
	if !r.sweep {
		return &calls, nil
	}
	return &calls, evaluation.Sweep(r.first, r.second)
}

// spending is what the calls of the run will take.
func (r *evalRun) spending() spending {
	s := spending{subject: r.subject, slots: r.slots}
	for _, place := range r.ask {
		s.add(r.tickets[place].Text)
	}
	return s
}
