package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// Evaluate runs a classifier over tickets with known labels.
type Evaluate struct {
	classifier domain.Classifier
	policy     domain.RetryPolicy
	timeout    time.Duration
	slots      int
}

// NewEvaluate wires the use case. timeout bounds one call; slots is how many are in flight at a time, at least 1.
func NewEvaluate(c domain.Classifier, policy domain.RetryPolicy, timeout time.Duration, slots int) *Evaluate {
	return &Evaluate{c, policy, timeout, slots}
}

// Handle returns one outcome per ticket, in the order of the tickets, and calls done after each, from several goroutines. A ticket
// whose calls all fail is an outcome, too; the only errors are the end of ctx and a key that is not accepted.
func (uc *Evaluate) Handle(ctx context.Context, tickets []ports.LabelledTicket, done func()) ([]evaluation.Outcome, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	outcomes := make([]evaluation.Outcome, len(tickets))
	next := make(chan int)
	var slots sync.WaitGroup
	for range min(uc.slots, len(tickets)) {
		slots.Go(func() {
			for i := range next {
				outcomes[i] = uc.classify(ctx, tickets[i])
				if err := outcomes[i].Err; domain.KindOf(err) == domain.KindUnauthenticated {
					stop(fmt.Errorf("ticket %s: %w", tickets[i].ID, err)) // every other call would be refused, too
				}
				done()
			}
		})
	}
	feed(ctx, next, len(tickets))
	slots.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return outcomes, nil
}

// feed sends 0 to n-1 and closes the channel, early if ctx ends.
func feed(ctx context.Context, next chan<- int, n int) {
	defer close(next)
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			return
		}
	}
}

// classify makes calls until one brings a verdict or none is worth it any more.
func (uc *Evaluate) classify(ctx context.Context, t ports.LabelledTicket) evaluation.Outcome {
	o := evaluation.Outcome{Ticket: t}
	lastCode := ""
	for number := 1; ; number++ {
		uc.call(ctx, &o)
		if o.Err == nil {
			return o
		}
		o.FailedCalls++
		if !uc.policy.Again(number, o.Err, lastCode) || pause(ctx, uc.policy.Wait(number, o.Err, jitter())) != nil {
			return o
		}
		lastCode = domain.CodeOf(o.Err)
	}
}

func (uc *Evaluate) call(ctx context.Context, o *evaluation.Outcome) {
	ctx, cancel := context.WithTimeout(ctx, uc.timeout)
	defer cancel()
	begin := time.Now()
	o.Answer, o.Err = uc.classifier.Classify(ctx, o.Ticket.Text)
	o.Latency = time.Since(begin)
	if o.Err == nil && o.Answer.Verdict.IsZero() {
		o.Err = domain.ErrBadAnswer
	}
	o.InputTokens += o.Answer.InputTokens
	o.OutputTokens += o.Answer.OutputTokens
}
