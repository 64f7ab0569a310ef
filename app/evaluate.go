package app

import (
	"context"

	"ticketd/app/classification"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// Evaluation says what to evaluate.
type Evaluation struct {
	Candidate Candidate
	Sweep     bool        // ask both stages of a cascade about every ticket
	Other     *Candidate  // to compare with; nil: nobody, or Earlier
	Earlier   *EarlierRun // to compare with
	Limit     int         // take only so many tickets, spread evenly; 0: all
	ShowText  bool        // show how the tickets with wrong labels begin
}

// EarlierRun is what an evaluation left behind.
type EarlierRun struct {
	Name        string
	Predictions []evaluation.Prediction
}

// PlannedCalls are the calls of a model that may cost money.
type PlannedCalls struct {
	Candidate Candidate
	Texts     []domain.Text
}

// EvaluationHooks tell a person what goes on.
type EvaluationHooks struct {
	// Agree hears of all calls that may cost money before the first of them, and ends the evaluation by an
	// error.
	Agree func(planned []PlannedCalls) error
	// Begin hears of each pass over tickets. step is called after each ticket, from several goroutines.
	Begin func(pass string, tickets int) (step, end func())
}

// Evaluate runs classifiers over tickets with known labels: what is free first, then what may cost money.
type Evaluate struct {
	policy domain.RetryPolicy
	slots  int
	clock  ports.Clock
	hooks  EvaluationHooks
}

// NewEvaluate wires the use case. Up to slots calls are in flight at a time.
func NewEvaluate(policy domain.RetryPolicy, slots int, clock ports.Clock, hooks EvaluationHooks) *Evaluate {
	return &Evaluate{policy, slots, clock, hooks}
}

// Handle returns the figures, and one outcome per ticket in the order of the tickets. A ticket whose calls
// all fail is an outcome, too. It is an error if ctx ends, a key is not accepted, a provider will not be
// asked any more, Agree says no, or the earlier run is of other tickets (*OtherTicketsError). After an error
// the tickets that came to an outcome before have it, and the others are zero.
func (uc *Evaluate) Handle(
	ctx context.Context, tickets []ports.LabelledTicket, e Evaluation,
) (evaluation.Result, []evaluation.Outcome, error) {
	tickets = sampleEvenly(tickets, e.Limit)
	if e.Earlier != nil {
		if err := sameTickets(e.Earlier.Predictions, tickets); err != nil {
			return evaluation.Result{}, nil, err
		}
	}
	main := &evaluationRun{evaluate: uc, candidate: e.Candidate, tickets: tickets, sweep: e.Sweep}
	runs := []*evaluationRun{main}
	if e.Other != nil {
		runs = append(runs, &evaluationRun{evaluate: uc, candidate: *e.Other, tickets: tickets})
	}
	if err := uc.agree(ctx, runs); err != nil {
		return evaluation.Result{}, nil, err
	}
	for _, run := range runs {
		if err := run.finish(ctx); err != nil {
			return evaluation.Result{}, main.outcomes, err
		}
	}
	result := evaluation.Result{
		Classifier: main.candidate.Name, Seen: main.candidate.seen(tickets), Date: uc.clock.Now().UTC(),
		Report: evaluation.NewReport(main.outcomes), Wrong: evaluation.NewWrong(main.outcomes, e.ShowText),
	}
	result.Cascade, result.Sweep = main.cascade()
	switch {
	case e.Other != nil:
		result.Compared = compareWith(e.Other.Name, runs[1].outcomes, main.outcomes)
		result.Compared.Seen = e.Other.seen(tickets)
	case e.Earlier != nil:
		comparison := evaluation.Compare(e.Earlier.Predictions, evaluation.PredictionsOf(main.outcomes))
		result.Compared = &evaluation.Compared{Other: e.Earlier.Name, Comparison: comparison}
	}
	result.Warn()
	return result, main.outcomes, nil
}

// agree does what is free, and asks before the rest.
func (uc *Evaluate) agree(ctx context.Context, runs []*evaluationRun) error {
	var planned []PlannedCalls
	for _, run := range runs {
		if err := run.runFirstStage(ctx); err != nil {
			return err
		}
		if calls := run.planned(); len(calls.Texts) > 0 {
			planned = append(planned, calls)
		}
	}
	if len(planned) == 0 {
		return nil
	}
	return uc.hooks.Agree(planned)
}

// classify makes one pass over tickets.
func (uc *Evaluate) classify(
	ctx context.Context, c domain.Classifier, of Candidate, pass string, tickets []ports.LabelledTicket,
) ([]evaluation.Outcome, error) {
	step, end := uc.hooks.Begin(pass, len(tickets))
	defer end()
	limits := classification.CallLimits{Timeout: of.Timeout, Policy: uc.policy, Slots: uc.slots}
	outcomes := make([]evaluation.Outcome, len(tickets))
	text := func(i int) domain.Text { return tickets[i].Text }
	calls := classification.NewCalls(c, limits, uc.clock)
	err := calls.All(ctx, len(tickets), text, func(i int, attempts []domain.Attempt) {
		outcomes[i] = outcomeOf(tickets[i], attempts)
		step()
	})
	return outcomes, err
}

func outcomeOf(t ports.LabelledTicket, attempts []domain.Attempt) evaluation.Outcome {
	last := attempts[len(attempts)-1]
	o := evaluation.Outcome{Ticket: t, Answer: last.Answer, Err: last.Err, Latency: last.Latency}
	for _, a := range attempts {
		if a.Err != nil {
			o.FailedCalls++
		}
		o.InputTokens += a.Answer.InputTokens
		o.OutputTokens += a.Answer.OutputTokens
	}
	return o
}

func compareWith(name string, before, now []evaluation.Outcome) *evaluation.Compared {
	report := evaluation.NewReport(before)
	comparison := evaluation.Compare(evaluation.PredictionsOf(before), evaluation.PredictionsOf(now))
	return &evaluation.Compared{Other: name, Report: &report, Comparison: comparison}
}
