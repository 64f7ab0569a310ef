package local

import (
	"iter"

	"ticketd/adapters/local/internal/fold"
	"ticketd/domain"
)

// Signals is what the lexicon sees in a ticket, as input for models that learn on top of it.
type Signals struct {
	scores   [categories]float64
	urgency  float64
	verdict  domain.Verdict
	concepts []conceptSignal
	excludes bool
}

type conceptSignal struct {
	concept  int
	strength float64
}

// Signals reads a ticket like Classify. Its numbers change with Version.
func (c *Classifier) Signals(text domain.Text) (Signals, error) {
	r := c.readings.Get().(*reading)
	defer c.readings.Put(r)
	r.read(c.lexicon, fold.Composed(text.Title()), fold.Composed(text.Description()))
	res := c.lexicon.judge(r)
	verdict, err := c.lexicon.verdict(r, res)
	s := Signals{scores: res.scores, urgency: res.urgency, verdict: verdict, excludes: r.excludes, concepts: make([]conceptSignal, 0, len(r.touched))}
	for _, concept := range r.touched {
		s.concepts = append(s.concepts, conceptSignal{int(concept), float64(r.of(concept))})
	}
	return s, err
}

// Verdict is what Classify answers.
func (s Signals) Verdict() domain.Verdict { return s.verdict }

// CategoryScores are log-odds in the order of domain.Categories: their softmax is what confidence is made of.
func (s Signals) CategoryScores() [3]float64 { return s.scores }

// CategoryChances are the scores as probabilities, before calibration.
func (s Signals) CategoryChances() [3]float64 { return softmax(s.scores) }

// Excludes reports whether the writer says of a cue that the ticket is not about it.
func (s Signals) Excludes() bool { return s.excludes }

// Urgency is above 0 for a ticket that presses, below 0 for one that can wait.
func (s Signals) Urgency() float64 { return s.urgency }

// Concepts yields the concepts that the ticket shows, by number below Classifier.ConceptCount, and how strongly it does (-1 to 2).
func (s Signals) Concepts() iter.Seq2[int, float64] {
	return func(yield func(int, float64) bool) {
		for _, c := range s.concepts {
			if !yield(c.concept, c.strength) {
				return
			}
		}
	}
}

// ConceptCount is the number of concepts of the lexicon.
func (c *Classifier) ConceptCount() int { return len(c.lexicon.concepts) }
