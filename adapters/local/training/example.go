package training

import (
	"slices"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/ngrams"
	"ticketd/adapters/local/trained"
	"ticketd/domain"
	"ticketd/ports"
)

// example is one training ticket, read.
type example struct {
	ngrams.Grams
	ticket        ports.LabelledTicket
	category      int
	priority      int      // -1 if nobody said
	distinctWords []uint64 // ascending
	builtIn       trained.Baseline
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
		builtIn: trained.NewBaseline(signals),
	}
	e.distinctWords = slices.Clone(r.Words)
	slices.Sort(e.distinctWords)
	e.distinctWords = slices.Compact(e.distinctWords)
	return e, nil
}
