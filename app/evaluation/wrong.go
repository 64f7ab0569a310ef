package evaluation

import (
	"cmp"
	"slices"
	"strings"
)

// Wrong holds the tickets that got a wrong label, those first of which the classifier was most sure: they
// tell most. Fallbacks are no answers and not among them.
type Wrong struct {
	Category []Mistake `json:"category"`
	Priority []Mistake `json:"priority"`
}

// Mistake is one wrong label of a ticket.
type Mistake struct {
	ID         string   `json:"id"`
	Source     string   `json:"source,omitempty"`
	Right      string   `json:"right"`
	Predicted  string   `json:"predicted"`
	Confidence *float64 `json:"confidence"` // nil if unknown
	// Title, Text (the shortened description) and Reason (which may repeat them) are empty unless asked for.
	Title  string `json:"title,omitempty"`
	Text   string `json:"text,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// NewWrong lists the mistakes. With texts it shows how the tickets begin.
func NewWrong(outcomes []Outcome, texts bool) Wrong {
	w := Wrong{Category: []Mistake{}, Priority: []Mistake{}}
	for _, o := range outcomes {
		if o.Failed() {
			continue
		}
		v, right := o.Answer.Verdict, o.Ticket
		if v.Category() != right.Category {
			m := mistake(o, right.Category.String(), v.Category().String(), v.Confidence(), texts)
			w.Category = append(w.Category, m)
		}
		if v.Priority() != right.Priority && !right.Priority.IsZero() {
			m := mistake(o, right.Priority.String(), v.Priority().String(), v.PriorityConfidence(), texts)
			w.Priority = append(w.Priority, m)
		}
	}
	slices.SortStableFunc(w.Category, bySureness)
	slices.SortStableFunc(w.Priority, bySureness)
	return w
}

func mistake(o Outcome, right, predicted string, confidence *float64, texts bool) Mistake {
	m := Mistake{
		ID: o.Ticket.ID, Source: o.Ticket.Source, Right: right, Predicted: predicted, Confidence: confidence,
	}
	if texts {
		m.Title, m.Text = shortened(o.Ticket.Text.Title()), shortened(o.Ticket.Text.Description())
		m.Reason = o.Answer.Verdict.Reason()
	}
	return m
}

// bySureness puts mistakes of unknown confidence last.
func bySureness(a, b Mistake) int {
	if a.Confidence == nil || b.Confidence == nil {
		return cmp.Compare(known(b.Confidence), known(a.Confidence))
	}
	return cmp.Compare(*b.Confidence, *a.Confidence)
}

func known(confidence *float64) int {
	if confidence == nil {
		return 0
	}
	return 1
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
