package training

import (
	"math"
	"slices"

	"ticketd/adapters/local/trained"
	"ticketd/domain"
)

// Priorities says whether the priorities that people gave can be learnt from the texts.
type Priorities struct {
	Labelled int // tickets that have one
	Right    int // of these, by models that did not see them
	Usual    int // of these, if always the most frequent one were said
}

// deviations is how many standard deviations of chance a model must be above the usual answer.
const deviations = 3

// Learnable reports whether the model is more often right than chance explains.
func (p Priorities) Learnable() bool {
	if p.Labelled == 0 {
		return false
	}
	n, usual := float64(p.Labelled), float64(p.Usual)
	return float64(p.Right) > usual+deviations*math.Sqrt(usual*(n-usual)/n)
}

func (t *training) priorities(verdicts []domain.Verdict) Priorities {
	var p Priorities
	var counts [trained.Classes]int
	for i, e := range t.examples {
		if e.priority < 0 {
			continue
		}
		p.Labelled++
		counts[e.priority]++
		if verdicts[i].Priority() == domain.Priorities()[e.priority] {
			p.Right++
		}
	}
	p.Usual = slices.Max(counts[:])
	return p
}
