package evaluation

// Step is what a cascade would have done with one threshold.
type Step struct {
	Calls
	Accuracy   float64 `json:"accuracy"`
	Baseline   float64 `json:"baseline"` // the accuracy of the best constant
	MacroF1    float64 `json:"macro_f1"`
	Calibrated int     `json:"calibrated"` // how many answers came with a confidence: ECE is of these
	ECE        float64 `json:"ece"`
	Fallbacks  int     `json:"fallbacks"`
	Tokens     Tokens  `json:"tokens"`
}

// sweepSteps cuts the range of thresholds.
const sweepSteps = 20

// Sweep computes the curve from one run of each stage over the same tickets in the same order.
func Sweep(first, second []Outcome) []Step {
	var steps []Step
	for i := range sweepSteps + 1 {
		threshold := float64(i) / sweepSteps
		outcomes := Cascade(first, second, threshold)
		r, calls := NewReport(outcomes), NewCalls(first, threshold)
		step := Step{
			Calls: calls, Accuracy: r.Category.Accuracy, Baseline: r.Category.Baseline.Accuracy,
			MacroF1:    r.Category.MacroF1,
			Calibrated: r.Category.Calibration.N, ECE: r.Category.Calibration.ECE,
			Fallbacks: r.Fallbacks, Tokens: r.Tokens,
		}
		steps = append(steps, step)
	}
	return steps
}

// Cascade picks what a cascade with this threshold would have answered.
func Cascade(first, second []Outcome, threshold float64) []Outcome {
	outcomes := make([]Outcome, len(first))
	for i, o := range first {
		if outcomes[i] = o; goesOn(o, threshold) {
			outcomes[i] = second[i]
		}
	}
	return outcomes
}

// GoOn are the places of the tickets for which the second stage is asked.
func GoOn(first []Outcome, threshold float64) []int {
	var places []int
	for i, o := range first {
		if goesOn(o, threshold) {
			places = append(places, i)
		}
	}
	return places
}

func goesOn(o Outcome, threshold float64) bool {
	if o.Failed() {
		return true
	}
	c := o.Answer.Verdict.Confidence()
	return c == nil || *c < threshold
}
