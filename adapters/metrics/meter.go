package metrics

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// million is the number of tokens that a price is for.
const million = 1e6

// codes are the values of the label for an error's code.
var codes = knownCodes()

func knownCodes() map[string]bool {
	known := map[string]bool{
		noError: true, other: true, ports.CauseMalformed: true,
		domain.CodeOf(context.Canceled): true, domain.CodeOf(context.DeadlineExceeded): true,
	}
	for _, e := range domain.ClassifierErrors() {
		known[e.Code] = true
	}
	return known
}

func codeLabel(code string) string {
	if codes[code] {
		return code
	}
	return other
}

func errorLabel(err error) string {
	if err == nil {
		return noError
	}
	return codeLabel(domain.CodeOf(err))
}

// Attempted implements ports.Meter.
func (c *Classifications) Attempted(a domain.Attempt) {
	source := a.Answer.Source
	if source.IsZero() {
		source = domain.SourceFallback // nobody was reached
	}
	c.attempts.WithLabelValues(source.String(), errorLabel(a.Err)).Inc()
	c.took.WithLabelValues(source.String()).Observe(a.Latency.Seconds())
	if a.Answer.InputTokens > 0 || a.Answer.OutputTokens > 0 {
		c.spend(c.model(source), float64(a.Answer.InputTokens), float64(a.Answer.OutputTokens))
	}
}

// model is the name in the settings: the one in the answer is the server's.
func (c *Classifications) model(source domain.Source) string {
	if source == domain.SourceModel && c.options.Model != "" {
		return c.options.Model
	}
	return other
}

func (c *Classifications) spend(model string, input, output float64) {
	c.tokens.WithLabelValues(model, "input").Add(input)
	c.tokens.WithLabelValues(model, "output").Add(output)
	if p := c.options.Price; p != nil {
		c.cost.WithLabelValues(model).Add((input*p.Input + output*p.Output) / million)
	}
}

// Probed counts the tokens of a call to the model that was made for no ticket.
func (c *Classifications) Probed(inputTokens, outputTokens int) {
	c.spend(c.model(domain.SourceModel), float64(inputTokens), float64(outputTokens))
}

// ParameterDropped records that the model's server does not take a parameter, or takes it again.
func (c *Classifications) ParameterDropped(name string, dropped bool) {
	value := 0.0
	if dropped {
		value = 1
	}
	c.dropped.WithLabelValues(name).Set(value)
}

// Retried implements ports.Meter.
func (c *Classifications) Retried() { c.retries.Inc() }

// Ended implements ports.Meter. It observes no confidence for a fallback, whose confidence means nothing.
func (c *Classifications) Ended(last domain.Attempt) {
	if last.Err != nil {
		c.ended.WithLabelValues(domain.SourceFallback.String(), outcomeFallback).Inc()
		return
	}
	source := last.Answer.Source.String()
	c.ended.WithLabelValues(source, outcomeDone).Inc()
	if sure := last.Answer.Verdict.Confidence(); sure != nil {
		c.confidence.WithLabelValues(source).Observe(*sure)
	} else {
		c.unknown.WithLabelValues(source).Inc()
	}
}

// Cascaded implements ports.Meter.
func (c *Classifications) Cascaded(second bool) {
	stage := "first"
	if second {
		stage = "second"
	}
	c.cascade.WithLabelValues(stage).Inc()
}

// Announced implements ports.Meter.
func (c *Classifications) Announced(n int, err error) {
	outcome := "published"
	if err != nil {
		outcome = "failed"
	}
	c.events.WithLabelValues(outcome).Add(float64(n))
}

// Healed implements ports.Meter.
func (c *Classifications) Healed() { c.healed.Inc() }

// Swept implements ports.Meter.
func (c *Classifications) Swept(found ports.Found, n int) {
	c.swept.WithLabelValues(string(found)).Add(float64(n))
}

// Corrected implements ports.Meter.
func (c *Classifications) Corrected(field ports.Field) {
	c.corrections.WithLabelValues(string(field)).Inc()
}

// Confirmed implements ports.Meter.
func (c *Classifications) Confirmed() { c.confirmations.Inc() }

// DeadLetterQueue returns q and counts the letters that it takes.
func (c *Classifications) DeadLetterQueue(q ports.DeadLetterQueue) ports.DeadLetterQueue {
	return countingLetters{q, c}
}

type countingLetters struct {
	ports.DeadLetterQueue
	counts *Classifications
}

func (q countingLetters) Add(ctx context.Context, l ports.DeadLetter) error {
	err := q.DeadLetterQueue.Add(ctx, l)
	if err == nil {
		q.counts.letters.WithLabelValues(codeLabel(l.Cause)).Inc()
	}
	return err
}
