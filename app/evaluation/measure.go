package evaluation

// Metrics say how good the judgements of one field are. Without judgements all of them are 0.
type Metrics struct {
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
	// Baseline is what a constant would be worth on the same tickets.
	Baseline Baseline `json:"baseline"`
	// MacroF1 is the mean F1 of the classes that occur among the right labels.
	MacroF1     float64     `json:"macro_f1"`
	Classes     []Class     `json:"classes"`
	Confusion   Confusion   `json:"confusion"`
	Calibration Calibration `json:"calibration"`
	Coverage    Coverage    `json:"coverage"`
	// StrictCoverage is that at a higher precision.
	StrictCoverage Coverage `json:"strict_coverage"`
}

// Unknown returns how many judgements came without a confidence. Calibration leaves them out and Coverage
// does not reach them.
func (m Metrics) Unknown() int { return m.N - m.Calibration.N }

// Baseline is the share of judgements that the best constant answer would have right: always the most
// frequent right label, the first of them if several are.
type Baseline struct {
	Label    string  `json:"label"`
	Accuracy float64 `json:"accuracy"`
}

// Class is how well one label is found. A figure that divides by nothing is 0.
type Class struct {
	Name      string  `json:"name"`
	Right     int     `json:"n"` // tickets whose right label it is
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Measure computes the metrics. Judgements with a label that is not one of labels are left out. all is how
// many tickets have a right label, fallbacks included, which have no judgement.
func Measure(labels []string, judgements []Judgement, all int) Metrics {
	groups := Groups(judgements)
	m := Metrics{
		Confusion: NewConfusion(labels, groups), Calibration: Calibrate(groups),
		Coverage:       Cover(judgements, all, CoveragePrecision),
		StrictCoverage: Cover(judgements, all, StrictCoveragePrecision),
	}
	right, occurring, sum, most := 0, 0, 0.0, 0
	for i := range labels {
		c := m.Confusion.class(i)
		m.Classes = append(m.Classes, c)
		right += m.Confusion.Counts[i][i]
		m.N += c.Right
		if c.Right > most {
			most, m.Baseline.Label = c.Right, c.Name
		}
		if c.Right > 0 {
			occurring++
			sum += c.F1
		}
	}
	m.Accuracy, m.MacroF1 = share(right, m.N), mean(sum, occurring)
	m.Baseline.Accuracy = share(most, m.N)
	return m
}

func share(part, whole int) float64 { return mean(float64(part), whole) }

// mean returns 0 without anything to divide by.
func mean(sum float64, n int) float64 {
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
