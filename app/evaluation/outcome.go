package evaluation

import (
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// Outcome is what became of one ticket.
type Outcome struct {
	Ticket      ports.LabelledTicket
	Answer      domain.Answer // of the last call
	Err         error         // of the last call; then the ticket is a fallback and has no verdict
	Latency     time.Duration // of the last call
	FailedCalls int
	// InputTokens and OutputTokens are those of all calls.
	InputTokens, OutputTokens int
}

// Failed reports whether no call brought a verdict.
func (o Outcome) Failed() bool { return o.Err != nil }

// Right reports whether the category is right.
func (o Outcome) Right() bool {
	return !o.Failed() && o.Answer.Verdict.Category() == o.Ticket.Category
}

// CategoryJudgements leaves fallbacks out.
func CategoryJudgements(outcomes []Outcome) []Judgement {
	var js []Judgement
	for _, o := range outcomes {
		if v := o.Answer.Verdict; !o.Failed() {
			js = append(js, Judgement{o.Ticket.Category.String(), v.Category().String(), v.Confidence()})
		}
	}
	return js
}

// PriorityJudgements leaves out fallbacks and tickets whose right priority nobody said.
func PriorityJudgements(outcomes []Outcome) []Judgement {
	var js []Judgement
	for _, o := range outcomes {
		if v := o.Answer.Verdict; !o.Failed() && !o.Ticket.Priority.IsZero() {
			js = append(js, Judgement{o.Ticket.Priority.String(), v.Priority().String(), v.PriorityConfidence()})
		}
	}
	return js
}

// CategoryLabels and PriorityLabels are the labels in the order in which they are shown.
func CategoryLabels() []string { return labels(domain.Categories()) }

// PriorityLabels lists them in ascending order of urgency.
func PriorityLabels() []string { return labels(domain.Priorities()) }

func labels[L interface{ String() string }](all []L) []string {
	names := make([]string, len(all))
	for i, l := range all {
		names[i] = l.String()
	}
	return names
}
