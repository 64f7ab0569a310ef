package evaluation

import (
	"math"

	"ticketd/domain"
)

// Calibration compares claimed confidence with the share of right labels. Judgements of unknown confidence
// are in no figure of it.
type Calibration struct {
	N int `json:"n"`
	// ECE is the expected calibration error: the mean gap between confidence and accuracy over the bins, each
	// weighted by its judgements (Guo et al., On Calibration of Modern Neural Networks, 2017).
	ECE  float64 `json:"ece"`
	Bins []Bin   `json:"bins"`
}

// Bin is one part of the range of confidence: above From (from 0 on for the first one) up to To. Without
// judgements its figures are 0.
type Bin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	N          int     `json:"n"`
	Confidence float64 `json:"confidence"` // mean
	Accuracy   float64 `json:"accuracy"`
}

// Calibrate computes the figures over domain.ConfidenceBins bins.
func Calibrate(groups []Group) Calibration {
	c := Calibration{Bins: make([]Bin, domain.ConfidenceBins)}
	var right [domain.ConfidenceBins]int
	var claimed [domain.ConfidenceBins]float64
	for _, g := range groups {
		if !g.Known {
			continue
		}
		c.N += g.N
		c.Bins[g.Bin].N += g.N
		claimed[g.Bin] += g.Confidence
		right[g.Bin] += g.hits()
	}
	gaps := 0.0
	for i := range c.Bins {
		b := &c.Bins[i]
		b.From, b.To = domain.BinEnd(i-1), domain.BinEnd(i)
		b.Confidence, b.Accuracy = mean(claimed[i], b.N), share(right[i], b.N)
		gaps += math.Abs(claimed[i] - float64(right[i]))
	}
	c.ECE = mean(gaps, c.N)
	return c
}
