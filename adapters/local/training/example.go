package training

import (
	"slices"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/ngrams"
	"ticketd/adapters/local/trained"
	"ticketd/domain"
	"ticketd/ports"
)

// example is a ticket as a training sees it.
type example struct {
	ngrams.Grams
	ticket        ports.LabelledTicket
	category      int
	priority      int      // -1: not labelled
	distinctWords []uint64 // ascending
	builtIn       trained.Baseline
}

func newExample(t ports.LabelledTicket, builtIn *local.Classifier, r *ngrams.Reader) (*example, error) {
	signals, err := builtIn.Signals(t.Text)
	if err != nil {
		return nil, err
	}
	e := &example{
		Grams: r.Read(t.Text).Clone(), ticket: t,
		category: slices.Index(domain.Categories(), t.Category),
		priority: slices.Index(domain.Priorities(), t.Priority),
		builtIn:  trained.NewBaseline(signals),
	}
	e.distinctWords = slices.Compact(slices.Sorted(slices.Values(e.Words)))
	return e, nil
}
