package app

import (
	"context"
	"time"

	"ticketd/app/classification"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// Evaluate runs a classifier over tickets with known labels.
type Evaluate struct{ calls *classification.Calls }

// NewEvaluate wires the use case.
func NewEvaluate(c domain.Classifier, limits classification.CallLimits) *Evaluate {
	return &Evaluate{classification.NewCalls(c, limits, ports.ClockFunc(time.Now))}
}

// Handle returns one outcome per ticket, in the order of the tickets, and calls done after each, from several goroutines. A ticket
// whose calls all fail is an outcome, too. The only errors are the end of ctx, a key that is not accepted and a provider that will not
// be asked any more; then those tickets that came to an outcome before have it, and the others are zero.
func (uc *Evaluate) Handle(ctx context.Context, tickets []ports.LabelledTicket, done func()) ([]evaluation.Outcome, error) {
	outcomes := make([]evaluation.Outcome, len(tickets))
	text := func(i int) domain.Text { return tickets[i].Text }
	err := uc.calls.All(ctx, len(tickets), text, func(i int, attempts []domain.Attempt) {
		outcomes[i] = outcomeOf(tickets[i], attempts)
		done()
	})
	return outcomes, err
}

func outcomeOf(t ports.LabelledTicket, attempts []domain.Attempt) evaluation.Outcome {
	last := attempts[len(attempts)-1]
	o := evaluation.Outcome{Ticket: t, Answer: last.Answer, Err: last.Err, Latency: last.Latency}
	for _, a := range attempts {
		if a.Err != nil {
			o.FailedCalls++
		}
		o.InputTokens += a.Answer.InputTokens
		o.OutputTokens += a.Answer.OutputTokens
	}
	return o
}
