package app

import (
	"context"

	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// evaluationRun takes one candidate over the tickets.
type evaluationRun struct {
	evaluate  *Evaluate
	candidate Candidate
	tickets   []ports.LabelledTicket
	sweep     bool

	first    []evaluation.Outcome // of a cascade's first stage
	second   []evaluation.Outcome // of its second, where it was asked
	asked    []int                // places of the tickets that a model is asked about
	outcomes []evaluation.Outcome
}

// runFirstStage runs what is free and finds out which tickets a model is asked about.
func (r *evaluationRun) runFirstStage(ctx context.Context) (err error) {
	if r.candidate.Model == "" {
		return nil
	}
	if r.candidate.Stages != nil {
		r.first, err = r.evaluate.classify(ctx, r.candidate.Stages.First, r.candidate, "first stage", r.tickets)
		if !r.sweep {
			r.asked = evaluation.GoOn(r.first, r.candidate.Stages.Threshold)
			return err
		}
	}
	r.asked = make([]int, len(r.tickets))
	for i := range r.asked {
		r.asked[i] = i
	}
	return err
}

func (r *evaluationRun) planned() PlannedCalls {
	calls := PlannedCalls{Candidate: r.candidate, Texts: make([]domain.Text, len(r.asked))}
	for i, place := range r.asked {
		calls.Texts[i] = r.tickets[place].Text
	}
	return calls
}

// finish runs the rest.
func (r *evaluationRun) finish(ctx context.Context) (err error) {
	if r.candidate.Stages == nil {
		r.outcomes, err = r.evaluate.classify(ctx, r.candidate.Classifier, r.candidate, r.candidate.Name, r.tickets)
		return err
	}
	asked := make([]ports.LabelledTicket, len(r.asked))
	for i, place := range r.asked {
		asked[i] = r.tickets[place]
	}
	answers, err := r.evaluate.classify(ctx, r.candidate.Stages.Second, r.candidate, "second stage", asked)
	r.second = make([]evaluation.Outcome, len(r.tickets))
	for i, place := range r.asked {
		r.second[place] = answers[i]
	}
	r.outcomes = evaluation.Cascade(r.first, r.second, r.candidate.Stages.Threshold)
	return err
}

// cascade returns nil but for a cascade; the curve is nil but for a sweep.
func (r *evaluationRun) cascade() (*evaluation.Calls, []evaluation.Step) {
	if r.candidate.Stages == nil {
		return nil, nil
	}
	calls := evaluation.NewCalls(r.first, r.candidate.Stages.Threshold)
	if !r.sweep {
		return &calls, nil
	}
	return &calls, evaluation.Sweep(r.first, r.second)
}
