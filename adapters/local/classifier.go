// Package local classifies tickets without network: domain.Classifier over a weighted lexicon.
//
// A text becomes tokens (folded case and accents, articles left out, misspelt words put right), the tokens become cues, the
// cues concepts ("refund", "login", "outage"), and each concept speaks for or against the categories with a weight that a
// person chose. Pairs of concepts in one sentence correct what each says alone: a problem with a payment is not technical. The scores
// become a probability that is bent to what was measured on sources that the lexicon was not written for.
//
// No weight is fitted to anybody's data. Signals is the way in for models that are: they learn what the lexicon does not know
// about one help desk.
package local

import (
	"context"
	"sync"

	"ticketd/domain"
)

// Version names the built-in knowledge. It changes whenever an answer can.
const Version = "local-lexicon-3"

// Classifier answers from a lexicon, without network and without a model file. It is safe for concurrent use.
type Classifier struct {
	lexicon  *compiledLexicon
	readings sync.Pool
}

var _ domain.Classifier = (*Classifier)(nil)

// New returns a classifier. The first one compiles the lexicon, which takes a few milliseconds; all share it.
func New() *Classifier {
	lex := builtIn()
	return &Classifier{lexicon: lex, readings: sync.Pool{New: func() any { return newReading(lex) }}}
}

// Classify answers at once. The only error is that of a context that has already ended.
func (c *Classifier) Classify(ctx context.Context, text domain.Text) (domain.Answer, error) {
	if err := ctx.Err(); err != nil {
		return domain.Answer{}, err
	}
	s, err := c.Signals(text)
	return domain.Answer{Verdict: s.verdict, Source: domain.SourceLocal, Model: Version}, err
}

// verdict fails for no result that judge gives.
func (lex *compiledLexicon) verdict(r *reading, res result) (domain.Verdict, error) {
	return domain.NewVerdict(
		domain.Categories()[res.category], domain.Priorities()[res.priority],
		res.confidence, res.priorityConfidence, lex.reason(r, res),
	)
}
