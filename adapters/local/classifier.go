// Package local classifies tickets without network: domain.Classifier over a weighted lexicon.
//
// A text becomes tokens (case and accents folded, articles left out, misspelt words corrected), tokens become
// cues, and cues concepts ("refund", "login", "outage"). Each concept adds to the log-odds of the categories;
// pairs of concepts in one sentence correct what each says alone: a problem with a payment is not technical.
// The log-odds become a probability, calibrated by what was measured on sources that the lexicon was not
// written for.
//
// People chose all weights; none is fitted to anybody's data. The files under lexicon hold them. Signals is
// the input of models that learn what the lexicon does not know about one help desk.
package local

import (
	"context"
	"sync"

	"ticketd/domain"
)

// Version names the lexicon and the rules around it. It changes whenever an answer can.
const Version = "local-lexicon-4"

// Classifier answers from a lexicon, without network and without a model file. It is safe for concurrent use.
type Classifier struct {
	lexicon  *compiledLexicon
	readings sync.Pool
}

var _ domain.Classifier = (*Classifier)(nil)

// New returns a classifier. The first call compiles the lexicon, which takes a few milliseconds; all share
// it.
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

// verdict returns the result in the terms of the domain. It fails for no result of judge.
func (lex *compiledLexicon) verdict(r *reading, res result) (domain.Verdict, error) {
	return domain.NewVerdict(
		domain.Categories()[res.category], domain.Priorities()[res.priority],
		&res.confidence, &res.priorityConfidence, lex.reason(r, res),
	)
}
