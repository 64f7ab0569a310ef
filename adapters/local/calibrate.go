package local

// knots bend the softmax of the scores into the share of right answers. They were chosen by hand, looking at texts from trades
// that the lexicon had not seen yet: short texts are right more often than their little evidence claims, and long ones gather
// so much of it that they claim certainty, but are wrong in one of twenty cases all the same.
var knots = [...]struct{ claimed, right float64 }{
	{0, 0},
	{0.40, 0.42},
	{0.55, 0.60},
	{0.77, 0.83},
	{0.87, 0.91},
	{0.97, 0.96},
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
