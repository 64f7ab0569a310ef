package local

import (
	"ticketd/adapters/local/internal/fold"
	"ticketd/domain"
)

// Signals are what the lexicon sees in a ticket: the input of models that build on it.
type Signals struct {
	scores   [categories]float64
	verdict  domain.Verdict
	excludes bool
}

// Signals reads a ticket like Classify. The numbers change with Version.
func (c *Classifier) Signals(text domain.Text) (Signals, error) {
	r := c.readings.Get().(*reading)
	defer c.readings.Put(r)
	r.read(c.lexicon, fold.Composed(text.Title()), fold.Composed(text.Description()))
	res := c.lexicon.judge(r)
	verdict, err := c.lexicon.verdict(r, res)
	return Signals{scores: res.scores, verdict: verdict, excludes: r.excludes}, err
}

// Verdict returns what Classify answers.
func (s Signals) Verdict() domain.Verdict { return s.verdict }

// CategoryScores returns log-odds in the order of domain.Categories, before calibration.
func (s Signals) CategoryScores() [3]float64 { return s.scores }

// Excludes reports whether the text says of a topic that it is not about it.
func (s Signals) Excludes() bool { return s.excludes }
