package ports

import (
	"context"

	"ticketd/domain"
)

// Training says how a model is made.
type Training struct {
	Folds int    // parts of the cross-validation
	Seed  uint64 // the same tickets and seed give the same model
	// Progress is called after each of total parts of the work, never concurrently.
	Progress func(done, total int)
}

// Trained is a model with the verdicts on its own tickets, in their order, of models that did not see them.
type Trained struct {
	Model       []byte // a file for LOCAL_MODEL
	Name        string
	HasPriority bool // false: there were not MinPerLabel tickets of each priority that occurs
	MinPerLabel int
	BuiltIn     []domain.Verdict // by what works without a model
	InDomain    []domain.Verdict // by models that saw no near-duplicate of the ticket either
	OutOfDomain []domain.Verdict // by models that saw no ticket of its source; nil with fewer than two sources
	// Unlearnable says why priorities stay built in though there are MinPerLabel of each; nil if they do not.
	Unlearnable *UnlearnablePriorities
	Curve       []TrainingTrial // models of fewer tickets, the fewest first
}

// UnlearnablePriorities are priority labels that the texts do not tell.
type UnlearnablePriorities struct {
	Labelled int
	Right    int // by models that did not see the ticket
	Usual    int // by always saying the most frequent priority
}

// TrainingTrial are the verdicts of models that learnt from few tickets on tickets that they did not see.
type TrainingTrial struct {
	Tickets  int   // that a model learnt from
	Asked    []int // places of the tickets that they were asked about
	Verdicts []domain.Verdict
}

// Trainer makes models for the offline classifier.
type Trainer interface {
	// Train returns an error that says of what there are too few tickets, if there are.
	Train(ctx context.Context, tickets []LabelledTicket, t Training) (Trained, error)
}

// TrainerFunc is a Trainer.
type TrainerFunc func(ctx context.Context, tickets []LabelledTicket, t Training) (Trained, error)

// Train implements Trainer.
func (f TrainerFunc) Train(ctx context.Context, tickets []LabelledTicket, t Training) (Trained, error) {
	return f(ctx, tickets, t)
}
