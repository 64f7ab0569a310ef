package app

import (
	"cmp"
	"slices"

	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// Stats say what tickets there are and how often the machine was right about those that a person looked at.
type Stats struct {
	Tickets ports.TicketCounts
	ByDay   []ports.DayCount // oldest first, without empty days
	// Reviewed is about all reviewed tickets: people look at doubtful ones more often, so it tends to be too
	// low.
	Reviewed Agreement
	Audit    Agreement // about the audit sample, which was drawn by lot: unbiased
	// The right labels are those that people left.
	Categories, Priorities evaluation.Confusion
	ByModel                []ModelAgreement // the most reviewed first
}

// Agreement compares N verdicts of the machine with what people left of them. Without any, its figures are 0.
type Agreement struct {
	N           int
	Category    float64 // the share of equal categories
	Priority    float64
	Calibration evaluation.Calibration // of the category
}

// ModelAgreement is that of one model and version of the prompt, or of one version of the offline classifier.
type ModelAgreement struct {
	Source        domain.Source
	Model         string
	PromptVersion string
	Agreement
}

// NewStats computes the shares from counts.
func NewStats(s ports.Stats) Stats {
	type key struct {
		source        domain.Source
		model, prompt string
	}
	var audit []ports.Compared
	models := map[key][]ports.Compared{}
	for _, c := range s.Compared {
		if c.Audit {
			audit = append(audit, c)
		}
		k := key{c.Source, c.Model, c.PromptVersion}
		models[k] = append(models[k], c)
	}
	stats := Stats{
		Tickets: s.Tickets, ByDay: s.ByDay, Reviewed: agreementOf(s.Compared), Audit: agreementOf(audit),
		Categories: evaluation.NewConfusion(evaluation.CategoryLabels(), categoryGroups(s.Compared)),
		Priorities: evaluation.NewConfusion(evaluation.PriorityLabels(), priorityGroups(s.Compared)),
	}
	for k, compared := range models {
		stats.ByModel = append(stats.ByModel, ModelAgreement{k.source, k.model, k.prompt, agreementOf(compared)})
	}
	slices.SortFunc(stats.ByModel, func(a, b ModelAgreement) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Source.String(), b.Source.String()),
			cmp.Compare(a.Model, b.Model), cmp.Compare(a.PromptVersion, b.PromptVersion))
	})
	return stats
}

func agreementOf(compared []ports.Compared) Agreement {
	categories := categoryGroups(compared)
	a := Agreement{Calibration: evaluation.Calibrate(categories)}
	a.Category, a.N = evaluation.Accuracy(categories)
	a.Priority, _ = evaluation.Accuracy(priorityGroups(compared))
	return a
}

func categoryGroups(compared []ports.Compared) []evaluation.Group {
	groups := make([]evaluation.Group, len(compared))
	for i, c := range compared {
		groups[i] = evaluation.Group{
			Right: c.Category.String(), Predicted: c.PredictedCategory.String(), N: c.N,
			Known: c.Known, Bin: c.Bin, Confidence: c.Confidence,
		}
	}
	return groups
}

func priorityGroups(compared []ports.Compared) []evaluation.Group {
	groups := make([]evaluation.Group, len(compared))
	for i, c := range compared {
		groups[i] = evaluation.Group{Right: c.Priority.String(), Predicted: c.PredictedPriority.String(), N: c.N}
	}
	return groups
}
