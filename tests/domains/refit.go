package main

import (
	"math"

	"ticketd/app/evaluation"
)

// correction maps the log-odds of a confidence to better ones: at + slope·log-odds (Platt 1999).
type correction struct{ at, slope float64 }

// refit returns the correction with the least log loss, by Newton's method.
func refit(js []evaluation.Judgement) correction {
	const iterations, longest = 50, 0.5
	step := func(by float64) float64 { return min(max(by, -longest), longest) }
	c := correction{0, 1}
	for range iterations {
		var g [2]float64
		h := [2][2]float64{{1, 0}, {0, 1}} // a weak normal prior around no correction
		g[0], g[1] = c.at, c.slope-1
		for _, j := range js {
			x := logit(*j.Confidence)
			p := c.corrected(x)
			miss, curve := p, p*(1-p)
			if j.Predicted == j.Right {
				miss--
			}
			g[0] += miss
			g[1] += miss * x
			h[0][0] += curve
			h[0][1] += curve * x
			h[1][1] += curve * x * x
		}
		det := h[0][0]*h[1][1] - h[0][1]*h[0][1]
		c.at -= step((h[1][1]*g[0] - h[0][1]*g[1]) / det)
		c.slope -= step((h[0][0]*g[1] - h[0][1]*g[0]) / det)
	}
	return c
}

func (c correction) corrected(logOdds float64) float64 {
	return 1 / (1 + math.Exp(-c.at-c.slope*logOdds))
}

func (c correction) apply(js []evaluation.Judgement) []evaluation.Judgement {
	corrected := make([]evaluation.Judgement, len(js))
	for i, j := range js {
		p := c.corrected(logit(*j.Confidence))
		j.Confidence = &p
		corrected[i] = j
	}
	return corrected
}

// logit stays finite at 0 and 1.
func logit(p float64) float64 {
	const edge = 1e-6
	p = min(max(p, edge), 1-edge)
	return math.Log(p / (1 - p))
}
