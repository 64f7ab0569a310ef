package evaluation

import "ticketd/domain"

// Judgement is one label that was given with a confidence, beside the right one.
type Judgement struct {
	Right, Predicted string
	Confidence       *float64 // the claimed probability that Predicted is right; nil if unknown
}

// Group holds N judgements with the same labels whose confidences lie in the same bin.
type Group struct {
	Right, Predicted string
	N                int
	Known            bool    // whether the confidences are known; else Bin and Confidence are 0
	Bin              int     // domain.ConfidenceBin of each
	Confidence       float64 // the sum of the N confidences
}

// Groups returns one group per judgement.
func Groups(judgements []Judgement) []Group {
	groups := make([]Group, len(judgements))
	for i, j := range judgements {
		groups[i] = Group{Right: j.Right, Predicted: j.Predicted, N: 1}
		if j.Confidence != nil {
			groups[i].Known, groups[i].Confidence = true, *j.Confidence
			groups[i].Bin = domain.ConfidenceBin(*j.Confidence)
		}
	}
	return groups
}

// hits returns how many of the group are right.
func (g Group) hits() int {
	if g.Predicted == g.Right {
		return g.N
	}
	return 0
}

// Accuracy returns the share of right judgements, 0 without any, and how many judgements there are.
func Accuracy(groups []Group) (accuracy float64, n int) {
	right := 0
	for _, g := range groups {
		n += g.N
		right += g.hits()
	}
	return share(right, n), n
}
