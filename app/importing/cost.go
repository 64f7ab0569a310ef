package importing

import (
	"context"

	"ticketd/app/evaluation"
	"ticketd/domain"
)

// Cost counts what asking a model about tickets will take. The zero value is that of an import that asks
// none.
type Cost struct {
	Calls  int
	Tokens evaluation.Tokens

	asker Asker
}

// Asker is whom an import asks about its tickets.
type Asker struct {
	// Estimate returns about how many tokens the model takes for a text; nil: no model is asked.
	Estimate func(domain.Text) (input, output int)
	// First is asked before the model, for nothing; the model only where it is less sure than Threshold. nil:
	// nobody is.
	First     domain.Classifier
	Threshold float64
}

// NewCost counts nothing yet.
func NewCost(a Asker) *Cost { return &Cost{asker: a} }

// Add counts a row that is to be stored.
func (c *Cost) Add(ctx context.Context, row Fresh) {
	if c.asker.Estimate == nil || row.Labelled() {
		return
	}
	if c.asker.First != nil {
		answer, err := c.asker.First.Classify(ctx, row.Text)
		first := []evaluation.Outcome{{Answer: answer, Err: err}}
		if len(evaluation.GoOn(first, c.asker.Threshold)) == 0 {
			return
		}
	}
	input, output := c.asker.Estimate(row.Text)
	c.Calls++
	c.Tokens.Input += input
	c.Tokens.Output += output
}
