package local

import (
	"ticketd/adapters/local/internal/fold"
	"ticketd/domain"
)

// Signals is what the lexicon sees in a ticket, as input for models that learn on top of it.
type Signals struct {
	scores   [categories]float64
	verdict  domain.Verdict
	excludes bool
}

// Signals reads a ticket like Classify. Its numbers change with Version.
func (c *Classifier) Signals(text domain.Text) (Signals, error) {
	r := c.readings.Get().(*reading)
	defer c.readings.Put(r)
	r.read(c.lexicon, fold.Composed(text.Title()), fold.Composed(text.Description()))
	res := c.lexicon.judge(r)
	verdict, err := c.lexicon.verdict(r, res)
	return Signals{scores: res.scores, verdict: verdict, excludes: r.excludes}, err
}

// Verdict is what Classify answers.
func (s Signals) Verdict() domain.Verdict { return s.verdict }

// CategoryScores are log-odds in the order of domain.Categories: their softmax is what confidence is made of.
func (s Signals) CategoryScores() [3]float64 { return s.scores }

// Excludes reports whether the writer says of a cue that the ticket is not about it.
func (s Signals) Excludes() bool { return s.excludes }
