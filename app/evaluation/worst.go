package evaluation

import "cmp"

// EnoughForWorst is the least number of tickets of a source that may be the worst one: the figures of fewer
// are mostly chance.
const EnoughForWorst = 50

// Worst names the sources that a mean hides.
type Worst struct {
	Accuracy SourceReport `json:"accuracy"` // the one with the least
	// Calibration is the one with the largest error, nil if none has one.
	Calibration *SourceReport `json:"calibration,omitempty"`
}

// worstOf is nil if fewer than two sources have enough tickets.
func worstOf(sources []SourceReport) *Worst {
	var w *Worst
	enough := 0
	for _, s := range sources {
		if s.Category.N < EnoughForWorst {
			continue
		}
		if enough++; w == nil {
			w = &Worst{Accuracy: s}
		}
		if cmp.Less(s.Category.Accuracy, w.Accuracy.Category.Accuracy) {
			w.Accuracy = s
		}
		calibrated := s.Category.Calibrated >= EnoughForWorst
		if calibrated && (w.Calibration == nil || s.Category.ECE > w.Calibration.Category.ECE) {
			w.Calibration = &s
		}
	}
	if enough < 2 {
		return nil
	}
	return w
}
