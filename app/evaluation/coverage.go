package evaluation

import (
	"cmp"
	"slices"
)

// The precisions at which coverage is reported.
const (
	CoveragePrecision       = 0.9
	StrictCoveragePrecision = 0.95
)

// Coverage is the largest share of tickets that can be taken as labelled, those with the highest confidence
// first, while at least Precision of them are right.
type Coverage struct {
	Precision float64 `json:"precision"`
	Share     float64 `json:"share"` // of all tickets with a right label; a fallback cannot be taken
	// Threshold is the confidence from which on a ticket is taken; 1 if none is.
	Threshold float64 `json:"threshold"`
}

// Cover takes tickets of equal confidence together or not at all. all is how many tickets there are, those
// without a judgement or a known confidence included.
func Cover(judgements []Judgement, all int, precision float64) Coverage {
	sorted := slices.DeleteFunc(slices.Clone(judgements), func(j Judgement) bool { return j.Confidence == nil })
	slices.SortStableFunc(sorted, func(a, b Judgement) int { return cmp.Compare(*b.Confidence, *a.Confidence) })
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
