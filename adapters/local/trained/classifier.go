// Package trained classifies with a model of a help desk's own tickets on top of the built-in lexicon.
//
// The model is a multinomial logistic regression on hashed n-grams of words and of characters (the hashing
// trick: Weinberger et al. 2009), weighted by tf-idf. Such a model is very good at tickets like those it was
// trained with, bad at others, and does not know which is which. So a gate decides, by how many of a ticket's
// words and their pairs and triples are new to the model, between two blends of its log-odds with the
// built-in ones: one for tickets in domain, and one for tickets out of domain, in which the built-in log-odds
// decide and the model only tips the scales.
//
// The package holds what a server needs. Package training makes the models.
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
	model   *Model
	builtIn *local.Classifier
	name    string
	readers sync.Pool
}

var _ domain.Classifier = (*Classifier)(nil)

// New returns a classifier that uses the model.
func New(m *Model, builtIn *local.Classifier) *Classifier {
	return &Classifier{
		model: m, builtIn: builtIn, name: local.Version + "+" + m.Hash(),
		readers: sync.Pool{New: func() any { return &ngrams.Reader{} }},
	}
}

// Classify answers at once. The only error is that of a context that has already ended. The answer's model is
// named after the version of the lexicon and the hash of the model's file.
func (c *Classifier) Classify(ctx context.Context, text domain.Text) (domain.Answer, error) {
	if err := ctx.Err(); err != nil {
		return domain.Answer{}, err
	}
	signals, err := c.builtIn.Signals(text)
	if err != nil {
		return domain.Answer{}, err
	}
	r := c.readers.Get().(*ngrams.Reader)
	defer c.readers.Put(r)
	logits := c.model.Predict(r.Read(text))
	verdict, err := c.model.blends.Verdict(logits, NewBaseline(signals), c.model.hasPriority)
	return domain.Answer{Verdict: verdict, Source: domain.SourceLocal, Model: c.name}, err
}
