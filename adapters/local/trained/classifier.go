package trained

import (
	"context"
	"sync"

	"ticketd/adapters/local"
	"ticketd/domain"
)

// Classifier answers from a model and the lexicon that it was trained with. It is safe for concurrent use.
type Classifier struct {
	model    *Model
	builtIn  *local.Classifier
	name     string
	readings sync.Pool
}

var _ domain.Classifier = (*Classifier)(nil)

// New uses the model.
func New(m *Model, builtIn *local.Classifier) *Classifier {
	return &Classifier{
		model: m, builtIn: builtIn, name: local.Version + "+" + m.Hash(), readings: sync.Pool{New: func() any { return &reading{} }},
	}
}

// Classify answers at once. The only error is that of a context that has already ended. The model's name holds the file's hash.
func (c *Classifier) Classify(ctx context.Context, text domain.Text) (domain.Answer, error) {
	if err := ctx.Err(); err != nil {
		return domain.Answer{}, err
	}
	signals, err := c.builtIn.Signals(text)
	if err != nil {
		return domain.Answer{}, err
	}
	r := c.readings.Get().(*reading)
	defer c.readings.Put(r)
	r.read(text)
	verdict, err := c.model.judge(c.model.look(&r.grams), newOpinion(signals))
	return domain.Answer{Verdict: verdict, Source: domain.SourceLocal, Model: c.name}, err
}
