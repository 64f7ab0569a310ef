package evaluation

import (
	"slices"

	"ticketd/domain"
)

// Calibration compares claimed confidence with the share of right labels.
type Calibration struct {
	// N is how many judgements came with a confidence; the others are in no figure here.
	N int `json:"n"`
	// ECE is the expected calibration error: the mean gap between confidence and accuracy over equal parts of the range of
	// confidence, each weighted by its tickets (Guo et al., On Calibration of Modern Neural Networks, 2017).
	ECE  float64 `json:"ece"`
	Bins []Bin   `json:"bins"`
}

// Bin is one part of the range of confidence: above From (from 0 on for the first one) up to To.
type Bin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	N          int     `json:"n"`
	Confidence float64 `json:"confidence"` // mean
	Accuracy   float64 `json:"accuracy"`
}

// Calibrate computes ECE over domain.ConfidenceBins parts. Judgements of unknown confidence do not count.
func Calibrate(judgements []Judgement) Calibration {
	c := Calibration{Bins: make([]Bin, domain.ConfidenceBins)}
	var right [domain.ConfidenceBins]int
	var claimed [domain.ConfidenceBins]float64
	sure := known(judgements)
	c.N = len(sure)
	for _, j := range sure {
		b := domain.ConfidenceBin(*j.Confidence)
		c.Bins[b].N++
		claimed[b] += *j.Confidence
		if j.Predicted == j.Right {
			right[b]++
		}
	}
	for i := range c.Bins {
		b := &c.Bins[i]
		b.From, b.To = domain.BinEnd(i-1), domain.BinEnd(i)
		b.Confidence, b.Accuracy = mean(claimed[i], b.N), share(right[i], b.N)
		c.ECE += gap(b.Confidence, b.Accuracy) * share(b.N, c.N)
	}
	return c
}

// CoveragePrecision is the precision at which coverage is reported.
const CoveragePrecision = 0.9

// Coverage is the largest share of tickets that can be taken as labelled, those with the highest confidence first, while at least
// Precision of them are right.
type Coverage struct {
	Precision float64 `json:"precision"`
	Share     float64 `json:"share"` // of all tickets with a right label; a fallback cannot be taken
	// Threshold is the confidence from which on a ticket is taken; 1 if none is.
	Threshold float64 `json:"threshold"`
}

// Cover takes tickets of equal confidence together or not at all. all is how many tickets there are, those without a judgement or a
// known confidence included.
func Cover(judgements []Judgement, all int, precision float64) Coverage {
	sorted := known(judgements)
	slices.SortStableFunc(sorted, func(a, b Judgement) int {
		switch {
		case *a.Confidence > *b.Confidence:
			return -1
		case *a.Confidence < *b.Confidence:
			return 1
		}
		return 0
	})
	best := Coverage{Precision: precision, Threshold: 1}
	right := 0
	for i, j := range sorted {
		if j.Predicted == j.Right {
			right++
		}
		last := i+1 == len(sorted) || *sorted[i+1].Confidence < *j.Confidence
		if last && float64(right) >= precision*float64(i+1) {
			best.Share, best.Threshold = share(i+1, all), *j.Confidence
		}
	}
	return best
}

// known returns a copy of those judgements that come with a confidence.
func known(judgements []Judgement) []Judgement {
	return slices.DeleteFunc(slices.Clone(judgements), func(j Judgement) bool { return j.Confidence == nil })
}
