package answer

import (
	"cmp"

	"ticketd/domain"
)

// verdict prefers the confidences that the tokens give to the model's own figures.
func (p prediction) verdict(t tokens) (v domain.Verdict, fromTokens bool, err error) {
	confidence := t.probability(p.categoryAt, slugs(domain.Categories()))
	priority := t.probability(p.priorityAt, slugs(domain.Priorities()))
	v, err = domain.NewVerdict(p.category, p.priority, cmp.Or(confidence, p.confidence), cmp.Or(priority, p.priorityConfidence), p.reason)
	return v, confidence != nil, err
}

func slugs[L interface{ String() string }](labels []L) []string {
	s := make([]string, len(labels))
	for i, l := range labels {
		s[i] = l.String()
	}
	return s
}
