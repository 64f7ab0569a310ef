package evaluation

import (
	"cmp"
	"slices"
	"strings"
)

// maxTelling is how many errors a document holds.
const maxTelling = 10

// Error is a ticket whose category is wrong.
type Error struct {
	ID         string  `json:"id"`
	Source     string  `json:"source,omitempty"`
	Right      string  `json:"right"`
	Predicted  string  `json:"predicted"`
	Confidence float64 `json:"confidence"`
	Reason     string  `json:"reason,omitempty"`
	Text       string  `json:"text,omitempty"` // shortened; only if it was asked for
}

// TellingErrors returns the errors that tell most: those of which the classifier was most sure. Errors of
// unknown confidence are not among them. With texts it shows the beginning of each ticket and the reason,
// which may repeat it.
func TellingErrors(outcomes []Outcome, texts bool) []Error {
	var errors []Error
	for _, o := range outcomes {
		v := o.Answer.Verdict
		if o.Failed() || o.Right() || v.Confidence() == nil {
			continue
		}
		e := Error{
			ID: o.Ticket.ID, Source: o.Ticket.Source, Right: o.Ticket.Category.String(),
			Predicted: v.Category().String(), Confidence: *v.Confidence(),
		}
		if texts {
			e.Text, e.Reason = shortened(o.Ticket.Text.Description()), v.Reason()
		}
		errors = append(errors, e)
	}
	slices.SortStableFunc(errors, func(a, b Error) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return errors[:min(len(errors), maxTelling)]
}

// shortened returns one line of at most so many letters.
func shortened(text string) string {
	const most = 120
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) <= most {
		return string(letters)
	}
	return string(letters[:most-1]) + "…"
}
