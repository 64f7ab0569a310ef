package app

import (
	"context"

	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// MaxTraining is how many tickets a model learns from at most: more cost time and memory and hardly teach
// more.
const MaxTraining = 50_000

// Train teaches the offline classifier.
type Train struct{ trainer ports.Trainer }

// NewTrain wires the use case.
func NewTrain(t ports.Trainer) *Train { return &Train{t} }

// Handle returns the model and says how good it is on tickets that it did not see.
func (uc *Train) Handle(
	ctx context.Context, tickets []ports.LabelledTicket, t ports.Training,
) (ports.Trained, evaluation.Training, error) {
	model, err := uc.trainer.Train(ctx, tickets, t)
	if err != nil {
		return ports.Trained{}, evaluation.Training{}, err
	}
	about := evaluation.Training{
		Tickets: len(tickets),
		BuiltIn: reportOf(tickets, model.BuiltIn), InDomain: reportOf(tickets, model.InDomain),
		HasPriority: model.HasPriority, MinPerLabel: model.MinPerLabel,
		Unlearnable: (*evaluation.Unlearnable)(model.Unlearnable),
		AllLearnt:   len(tickets) * (t.Folds - 1) / t.Folds,
	}
	for _, trial := range model.Curve {
		about.Curve = append(about.Curve, curvePoint(tickets, trial))
	}
	if model.OutOfDomain != nil {
		about.OutOfDomain = new(reportOf(tickets, model.OutOfDomain))
	}
	return model, about, nil
}

func reportOf(tickets []ports.LabelledTicket, verdicts []domain.Verdict) evaluation.Report {
	outcomes := make([]evaluation.Outcome, len(tickets))
	for i, t := range tickets {
		outcomes[i] = evaluation.Outcome{Ticket: t, Answer: domain.Answer{Verdict: verdicts[i]}}
	}
	return evaluation.NewReport(outcomes)
}

func curvePoint(tickets []ports.LabelledTicket, trial ports.TrainingTrial) evaluation.CurvePoint {
	judgements := make([]evaluation.Judgement, len(trial.Asked))
	for k, i := range trial.Asked {
		v := trial.Verdicts[k]
		judgements[k] = evaluation.Judgement{
			Right: tickets[i].Category.String(), Predicted: v.Category().String(), Confidence: v.Confidence(),
		}
	}
	m := evaluation.Measure(evaluation.CategoryLabels(), judgements, len(judgements))
	return evaluation.CurvePoint{
		Tickets: trial.Tickets, Accuracy: m.Accuracy, Baseline: m.Baseline.Accuracy, MacroF1: m.MacroF1,
	}
}
