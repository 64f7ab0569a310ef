package local

import "math"

// The more words a text has, the more of them mean something by chance, so that long texts gather evidence and claim certainty but
// are wrong in one of twenty cases all the same. Evidence counts as it stands in a text of usualWords, and less by the root of the
// length in longer ones.
const (
	usualWords  = 16.0
	fewestWords = 8.0
)

// weighed is what the evidence in a text of so many words is worth; where there is none the prior stays.
func weighed(scores [categories]float64, words int) [categories]float64 {
	worth := math.Sqrt(usualWords / max(float64(words), fewestWords))
	for k := range scores {
		scores[k] = prior[k] + worth*(scores[k]-prior[k])
	}
	return scores
}

// knots bend the softmax of the scores into the share of right answers. They were chosen by hand, looking at texts from trades
// that the lexicon had not seen yet.
var knots = [...]struct{ claimed, right float64 }{
	{0, 0},
	{0.40, 0.48},
	{0.43, 0.55},
	{0.55, 0.61},
	{0.77, 0.805},
	{0.92, 0.89},
	{0.97, 0.93},
	{1, 0.965},
}

// calibrated returns the likeliest category and the probability that it is right.
func calibrated(scores [categories]float64) (category int, chance float64) {
	p := softmax(scores)
	for k := range p {
		if p[k] > p[category] {
			category = k
		}
	}
	return category, bend(p[category])
}

func bend(claimed float64) float64 {
	for i := 1; i < len(knots); i++ {
		if a, b := knots[i-1], knots[i]; claimed <= b.claimed {
			return a.right + (b.right-a.right)*(claimed-a.claimed)/(b.claimed-a.claimed)
		}
	}
	return knots[len(knots)-1].right
}
