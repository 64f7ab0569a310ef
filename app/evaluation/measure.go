package evaluation

import "math"

// Judgement is one label that was given with a confidence, beside the right one.
type Judgement struct {
	Right, Predicted string
	Confidence       *float64 // the probability that Predicted is right, as it was claimed; nil if unknown
}

// Metrics say how good the judgements of one field are. Without judgements all of them are 0.
type Metrics struct {
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
	// MacroF1 is the mean F1 of the classes that occur among the right labels.
	MacroF1     float64     `json:"macro_f1"`
	Classes     []Class     `json:"classes"`
	Confusion   Confusion   `json:"confusion"`
	Calibration Calibration `json:"calibration"`
	Coverage    Coverage    `json:"coverage"`
}

// Unknown returns how many judgements came without a confidence. Calibration leaves them out and Coverage does not
// reach them.
func (f Metrics) Unknown() int { return f.N - f.Calibration.N }

// Class is how well one label is found. A figure that divides by nothing is 0.
type Class struct {
	Name      string  `json:"name"`
	Right     int     `json:"n"` // tickets whose right label it is
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Confusion counts judgements by right label (row) and given label (column), both in the order of Labels.
type Confusion struct {
	Labels []string `json:"labels"`
	Counts [][]int  `json:"counts"`
}

// Measure computes the figures. Every label must be one of labels; judgements with another are left out. all is how many tickets have a
// right label, fallbacks included, which have no judgement.
func Measure(labels []string, judgements []Judgement, all int) Metrics {
	confusion := NewConfusion(labels, judgements)
	f := Metrics{Confusion: confusion, Calibration: Calibrate(judgements), Coverage: Cover(judgements, all, CoveragePrecision)}
	right, occurring, sum := 0, 0, 0.0
	for i := range labels {
		c := confusion.class(i)
		f.Classes = append(f.Classes, c)
		right += confusion.Counts[i][i]
		f.N += c.Right
		if c.Right > 0 {
			occurring++
			sum += c.F1
		}
	}
	f.Accuracy = share(right, f.N)
	if occurring > 0 {
		f.MacroF1 = sum / float64(occurring)
	}
	return f
}

// NewConfusion counts.
func NewConfusion(labels []string, judgements []Judgement) Confusion {
	index := make(map[string]int, len(labels))
	c := Confusion{Labels: labels, Counts: make([][]int, len(labels))}
	for i, l := range labels {
		index[l] = i
		c.Counts[i] = make([]int, len(labels))
	}
	for _, j := range judgements {
		right, known := index[j.Right]
		said, alsoKnown := index[j.Predicted]
		if known && alsoKnown {
			c.Counts[right][said]++
		}
	}
	return c
}

func (c Confusion) class(i int) Class {
	said, right := 0, 0
	for k := range c.Labels {
		said += c.Counts[k][i]
		right += c.Counts[i][k]
	}
	hit := c.Counts[i][i]
	return Class{
		Name: c.Labels[i], Right: right, Precision: share(hit, said), Recall: share(hit, right), F1: share(2*hit, said+right),
	}
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func mean(sum float64, n int) float64 {
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func gap(a, b float64) float64 { return math.Abs(a - b) }
