package classification

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// Cascade asks a cheap classifier first and a dear one only where the cheap one is not sure. The answer's
// source and model say which of them it is from.
type Cascade struct {
	first, second domain.Classifier
	threshold     float64
	meter         ports.Meter
}

var _ domain.Classifier = (*Cascade)(nil)

// NewCascade wires the two. The second is asked if the first one's confidence in the category is below
// threshold: with 0 never, with 1 always but for certainty. An unknown confidence is below every threshold.
func NewCascade(first, second domain.Classifier, threshold float64, meter ports.Meter) *Cascade {
	return &Cascade{first, second, threshold, meter}
}

// Classify fails when the second one is asked and fails: an answer that was not sure enough is no substitute.
// Where the first one fails, the second is asked, unless ctx has ended.
func (c *Cascade) Classify(ctx context.Context, text domain.Text) (domain.Answer, error) {
	answer, err := c.first.Classify(ctx, text)
	enough := err == nil && sure(answer.Verdict, c.threshold)
	if ended := ctx.Err(); ended != nil && !enough {
		return domain.Answer{}, ended
	}
	c.meter.Cascaded(!enough)
	if enough {
		return answer, nil
	}
	return c.second.Classify(ctx, text)
}

func sure(v domain.Verdict, threshold float64) bool {
	return v.Confidence() != nil && *v.Confidence() >= threshold
}
