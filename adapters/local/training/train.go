// Package training fits models to a help desk's own labelled tickets.
//
// The regression starts from a share of the built-in log-odds, so that it learns where these are wrong. It is
// fitted by stochastic gradient descent on the L2-regularised log loss (Bottou, Large-Scale Machine Learning
// with Stochastic Gradient Descent, 2010). The blends are fitted to predictions for tickets that a model did
// not see (stacking: Wolpert 1992): in domain by folds that keep near-duplicates together, out of domain by
// leaving out whole sources.
package training

import (
	"context"
	"errors"
	"fmt"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
	"ticketd/domain"
	"ticketd/ports"
)

// MinPerCategory is the number of tickets that every category needs, unless there are none of it; likewise
// priorities.
const MinPerCategory = 20

// The limits of Options.Folds.
const (
	MinFolds = 2
	MaxFolds = 20
)

// Options of a training.
type Options struct {
	Folds int
	Seed  uint64
	// Progress is called after each of total parts of the work, never concurrently.
	Progress func(done, total int)
}

// Validation holds verdicts on the training's own tickets, in their order.
type Validation struct {
	// BuiltIn are by the built-in classifier alone.
	BuiltIn []domain.Verdict
	// InDomain are by models that saw neither the ticket nor its near-duplicates.
	InDomain []domain.Verdict
	// OutOfDomain are by models that saw no ticket of the source; nil if there are not at least two sources.
	OutOfDomain []domain.Verdict
	// Curve are models of few of the tickets, the fewest first; empty if there are no more than a few.
	Curve []Point
	// Priorities is zero if too few tickets have one.
	Priorities Priorities
}

// Train returns a model of the tickets. The same tickets in the same order, the same options and the same
// program give the same model. If there are too few tickets, the error says of what.
func Train(
	ctx context.Context, tickets []ports.LabelledTicket, builtIn *local.Classifier, o Options,
) (*trained.Model, Validation, error) {
	if o.Folds < MinFolds || o.Folds > MaxFolds {
		return nil, Validation{}, fmt.Errorf("the number of folds must be from %d to %d", MinFolds, MaxFolds)
	}
	if err := checkCategories(tickets); err != nil {
		return nil, Validation{}, err
	}
	t := &training{options: o, builtIn: builtIn}
	if err := t.read(ctx, tickets); err != nil {
		return nil, Validation{}, err
	}
	if err := t.run(ctx); err != nil {
		return nil, Validation{}, err
	}
	validation, err := t.validate()
	if err != nil {
		return nil, Validation{}, err
	}
	if t.priority {
		validation.Priorities = t.priorities(validation.InDomain)
	}
	if t.priority && !validation.Priorities.Learnable() {
		if err := t.keepBuiltInPriorities(&validation); err != nil {
			return nil, Validation{}, err
		}
	}
	texts := make([]domain.Text, len(tickets))
	for i := range tickets {
		texts[i] = tickets[i].Text
	}
	model := t.model.With(fitBlends(t.inDomain, t.outOfDomain), texts)
	m, err := trained.Decode(model.Encode()) // the same numbers as in the file: fewer bits
	if err != nil {
		return nil, Validation{}, fmt.Errorf("the training went astray: %w", err)
	}
	return m, validation, nil
}

// keepBuiltInPriorities drops what was learnt of the priorities, from the figures too.
func (t *training) keepBuiltInPriorities(v *Validation) error {
	t.priority, t.model = false, t.model.WithoutPriority()
	again, err := t.validate()
	v.InDomain, v.OutOfDomain = again.InDomain, again.OutOfDomain
	return err
}

func checkCategories(tickets []ports.LabelledTicket) error {
	counts := map[domain.Category]int{}
	for _, t := range tickets {
		counts[t.Category]++
	}
	if len(counts) < 2 {
		return errors.New("there is too little to learn from: tickets of at least two categories are needed")
	}
	var short []error
	for _, c := range domain.Categories() {
		if n := counts[c]; n > 0 && n < MinPerCategory {
			short = append(short, fmt.Errorf(
				"there are only %d tickets of the category %s; at least %d are needed, or none",
				n, c, MinPerCategory))
		}
	}
	return errors.Join(short...)
}
