package trained

import (
	"math"
	"slices"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/ngrams"
	"ticketd/domain"
	"ticketd/ports"
)

// classes is the number of categories and that of priorities.
const classes = 3

// example is one training ticket, read.
type example struct {
	ngrams.Grams
	ticket        ports.LabelledTicket
	category      int
	priority      int      // -1 if nobody said
	distinctWords []uint64 // ascending
	builtIn       baseline
}

// baseline is what the built-in classifier says of a ticket.
type baseline struct {
	scores   [classes]float64
	verdict  domain.Verdict
	excludes bool // some of the ticket's cues are said not to matter
}

// maxScore bounds a built-in score: beyond that it is no more often right.
const maxScore = 3

func newBaseline(s local.Signals) baseline {
	o := baseline{scores: s.CategoryScores(), verdict: s.Verdict(), excludes: s.Excludes()}
	mean := (o.scores[0] + o.scores[1] + o.scores[2]) / classes
	for c := range o.scores {
		o.scores[c] = maxScore * math.Tanh((o.scores[c]-mean)/maxScore)
	}
	return o
}

func newExample(t ports.LabelledTicket, builtIn *local.Classifier, r *ngrams.Reader) (*example, error) {
	signals, err := builtIn.Signals(t.Text)
	if err != nil {
		return nil, err
	}
	r.Read(t.Text)
	e := &example{
		ticket: t, category: slices.Index(domain.Categories(), t.Category), priority: slices.Index(domain.Priorities(), t.Priority),
		Grams: ngrams.Grams{
			Features: slices.Clone(r.Features), Words: slices.Clone(r.Words), Pairs: slices.Clone(r.Pairs), Triples: slices.Clone(r.Triples),
		},
		builtIn: newBaseline(signals),
	}
	e.distinctWords = slices.Clone(r.Words)
	slices.Sort(e.distinctWords)
	e.distinctWords = slices.Compact(e.distinctWords)
	return e, nil
}
