package main

import (
	"context"

	"ticketd/app/evaluation"
	"ticketd/app/importing"
	"ticketd/domain"
)

// importCost counts the tickets of an import that a model will be asked about.
type importCost struct{ spending }

// newImportCost counts nothing where no model is asked. In queue mode the workers are taken to have the settings of this process.
func newImportCost(c *importTickets) (*importCost, error) {
	if c.NoClassify {
		return &importCost{}, nil
	}
	subject, err := subjectOf(c.Classifier)
	cost := &importCost{spending{subject: subject, slots: importing.ImportSlots}}
	if c.InQueueMode() {
		cost.slots = 0
	}
	return cost, err
}

// fresh takes the text of a ticket that is to be stored. A cascade's first stage is free and says whether it goes on.
func (c *importCost) fresh(ctx context.Context) func(domain.Text) {
	return func(text domain.Text) {
		switch {
		case c.subject.Model == "":
			return
		case c.subject.Stages != nil:
			answer, err := c.subject.Stages.First.Classify(ctx, text)
			first := []evaluation.Outcome{{Answer: answer, Err: err}}
			if len(evaluation.GoOn(first, c.subject.Stages.Threshold)) == 0 {
				return
			}
		}
		c.add(text)
	}
}
