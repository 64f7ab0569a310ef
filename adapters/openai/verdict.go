package openai

import (
	"cmp"

	"ticketd/domain"
)

// verdict prefers the confidences that the tokens give to the model's own figures.
func (s said) verdict(t tokens) (domain.Verdict, error) {
	confidence := cmp.Or(t.probability(s.categoryAt, s.category.String(), slugs(domain.Categories())), s.confidence)
	priorityConfidence := cmp.Or(t.probability(s.priorityAt, s.priority.String(), slugs(domain.Priorities())), s.priorityConfidence)
	return domain.NewVerdict(s.category, s.priority, confidence, priorityConfidence, s.reason)
}

func slugs[L interface{ String() string }](labels []L) []string {
	s := make([]string, len(labels))
	for i, l := range labels {
		s[i] = l.String()
	}
	return s
}
