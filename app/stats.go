package app

import (
	"cmp"
	"math"
	"slices"

	"ticketd/domain"
	"ticketd/ports"
)

// Stats say what tickets there are and how often the machine was right about those that a person looked at.
type Stats struct {
	Tickets    ports.TicketCounts
	Figures    Figures // of all reviewed tickets: people look at doubtful ones more often, so it tends to be too low
	Audit      Figures // of those in the audit sample, which was drawn by lot: unbiased
	Categories Confusion[domain.Category]
	Priorities Confusion[domain.Priority]
	ByModel    []ModelFigures // the most reviewed first
}

// Figures compare N verdicts of the machine with what people left of them. What would divide by nothing is nil.
type Figures struct {
	N        int
	Category *float64 // the share of equal categories
	Priority *float64
	// Calibrated is how many of them came with a confidence. Bins and ECE are of these.
	Calibrated int
	Bins       [domain.ConfidenceBins]CalibrationBin
	// ECE is the expected calibration error of the category: the mean gap between claimed confidence and share of equal categories over
	// the bins, each weighted by its tickets (Guo et al., On Calibration of Modern Neural Networks, 2017).
	ECE *float64
}

// CalibrationBin is one part of the range of confidence.
type CalibrationBin struct {
	N          int
	Confidence *float64 // mean
	Accuracy   *float64 // the share of equal categories
}

// Confusion counts verdicts by what the machine predicted, then by what the person left.
type Confusion[L comparable] map[L]map[L]int

// ModelFigures are those of one model and version of the prompt, or of one version of the offline classifier.
type ModelFigures struct {
	Source        domain.Source
	Model         string
	PromptVersion string
	Figures
}

// NewStats computes the shares from counts.
func NewStats(s ports.Stats) Stats {
	type key struct {
		source        domain.Source
		model, prompt string
	}
	stats := Stats{Tickets: s.Tickets, Categories: Confusion[domain.Category]{}, Priorities: Confusion[domain.Priority]{}}
	var audit []ports.Compared
	models := map[key][]ports.Compared{}
	for _, c := range s.Compared {
		stats.Categories.add(c.PredictedCategory, c.Category, c.N)
		stats.Priorities.add(c.PredictedPriority, c.Priority, c.N)
		if c.Audit {
			audit = append(audit, c)
		}
		k := key{c.Source, c.Model, c.PromptVersion}
		models[k] = append(models[k], c)
	}
	stats.Figures, stats.Audit = figuresOf(s.Compared), figuresOf(audit)
	for k, groups := range models {
		stats.ByModel = append(stats.ByModel, ModelFigures{k.source, k.model, k.prompt, figuresOf(groups)})
	}
	slices.SortFunc(stats.ByModel, func(a, b ModelFigures) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Source.String(), b.Source.String()),
			cmp.Compare(a.Model, b.Model), cmp.Compare(a.PromptVersion, b.PromptVersion))
	})
	return stats
}

func (c Confusion[L]) add(predicted, right L, n int) {
	if c[predicted] == nil {
		c[predicted] = map[L]int{}
	}
	c[predicted][right] += n
}

func figuresOf(groups []ports.Compared) Figures {
	var f Figures
	var categories, priorities int
	var equal [domain.ConfidenceBins]int
	var claimed [domain.ConfidenceBins]float64
	for _, g := range groups {
		f.N += g.N
		right := 0
		if g.PredictedCategory == g.Category {
			right = g.N
		}
		categories += right
		if g.Known {
			f.Calibrated += g.N
			f.Bins[g.Bin].N += g.N
			claimed[g.Bin] += g.Confidence
			equal[g.Bin] += right
		}
		if g.PredictedPriority == g.Priority {
			priorities += g.N
		}
	}
	f.Category, f.Priority = ratio(float64(categories), f.N), ratio(float64(priorities), f.N)
	gaps := 0.0
	for i := range f.Bins {
		b := &f.Bins[i]
		b.Confidence, b.Accuracy = ratio(claimed[i], b.N), ratio(float64(equal[i]), b.N)
		gaps += math.Abs(claimed[i] - float64(equal[i]))
	}
	f.ECE = ratio(gaps, f.Calibrated)
	return f
}

// ratio is nil without a whole.
func ratio(part float64, whole int) *float64 {
	if whole == 0 {
		return nil
	}
	r := part / float64(whole)
	return &r
}
