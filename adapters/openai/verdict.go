package openai

import "ticketd/domain"

// verdict prefers the confidences that the tokens give to the model's own figures.
func (s said) verdict(t tokens) (domain.Verdict, error) {
	confidence, err := choose(t.probability(s.categoryAt, s.category.String(), slugs(domain.Categories())), s.confidence)
	if err != nil {
		return domain.Verdict{}, err
	}
	priorityConfidence, err := choose(t.probability(s.priorityAt, s.priority.String(), slugs(domain.Priorities())), s.priorityConfidence)
	if err != nil {
		return domain.Verdict{}, err
	}
	return domain.NewVerdict(s.category, s.priority, confidence, priorityConfidence, s.reason)
}

func choose(figures ...*float64) (float64, error) {
	for _, f := range figures {
		if f != nil {
			return *f, nil
		}
	}
	return 0, bad("it has no confidence")
}

func slugs[L interface{ String() string }](labels []L) []string {
	s := make([]string, len(labels))
	for i, l := range labels {
		s[i] = l.String()
	}
	return s
}
