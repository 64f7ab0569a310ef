// Package trained learns from a help desk's own labelled tickets what the built-in lexicon does not know of them.
//
// The model is a multinomial logistic regression on hashed n-grams of words and of characters (the hashing trick: Weinberger et al.
// 2009), weighted by tf-idf and fitted by stochastic gradient descent on the L2-regularised log loss (Bottou, Large-Scale Machine
// Learning with Stochastic Gradient Descent, 2010). It starts from a share of the built-in scores, so that it learns where those are
// wrong. Such a model is very good at tickets like those it has seen, bad at others, and does not know which is which. So two blends of
// it with the built-in scores are fitted to tickets that it did not see (stacking: Wolpert 1992): one at home, by folds that keep
// near-duplicates together, and one abroad, by leaving out whole sources, in which the built-in scores decide and the model only tips the
// scales. How much of a ticket's words, pairs and triples of words nobody has seen before decides between the two.
package trained

import (
	"context"
	"sync"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/ngrams"
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
		model: m, builtIn: builtIn, name: local.Version + "+" + m.Hash(), readings: sync.Pool{New: func() any { return &ngrams.Reader{} }},
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
	r := c.readings.Get().(*ngrams.Reader)
	defer c.readings.Put(r)
	r.Read(text)
	verdict, err := c.model.blends.Judge(c.model.Predict(&r.Grams), NewBaseline(signals), c.model.hasPriority)
	return domain.Answer{Verdict: verdict, Source: domain.SourceLocal, Model: c.name}, err
}
