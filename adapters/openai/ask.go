package openai

import (
	"bytes"
	"context"
	"errors"

	"ticketd/adapters/openai/internal/answer"
	"ticketd/adapters/openai/internal/failure"
	"ticketd/domain"
)

// Classify makes one call that may be paid for. If the server rejects the call unpaid because of something
// that can be left out or shortened, Classify repeats it at once without that; later calls leave it out
// from the start.
func (c *Classifier) Classify(ctx context.Context, text domain.Text) (a domain.Answer, err error) {
	ctx, span := c.tracer.begin(ctx)
	a = domain.Answer{Source: domain.SourceModel, Model: c.model, PromptVersion: PromptVersion}
	var got reply
	defer func() {
		span.end(a, got.document(), err)
		if err == nil && got.body != nil { // neither after a panic
			putDocument(got.body)
		}
	}()
	got, err = c.ask(ctx, c.ticket(text))
	if err != nil {
		a.InputTokens, a.OutputTokens = got.input, got.output
		return a, err
	}
	a, fromTokens, err := answer.Read(a, got.document())
	a.InputTokens, a.OutputTokens = a.InputTokens+got.input, a.OutputTokens+got.output
	if err != nil {
		return a, c.explained(err, got.budget)
	}
	c.fromTokens.Store(fromTokens)
	if got.shortened {
		a.Verdict = a.Verdict.WithNote("Text shortened to fit the model.")
	}
	return a, nil
}

// explained makes an answer whose thoughts took the whole budget hopeless if the next call has no larger one.
func (c *Classifier) explained(err error, budget int) error {
	cut, ok := errors.AsType[*answer.CutOffError](err)
	if !ok || !cut.Thoughts || c.dialect.raise(budget) {
		return err
	}
	hopeless := *domain.ErrAnswerCutOff
	hopeless.Kind = domain.KindInvalid
	return hopeless.With(cut)
}

// reply is the server's document and how it was asked for.
type reply struct {
	body          *bytes.Buffer // nil without a document
	budget        int
	shortened     bool
	input, output int // tokens of error documents
}

func (r reply) document() []byte {
	if r.body == nil {
		return nil
	}
	return r.body.Bytes()
}

// ask repeats the call until the server takes it. The loop ends: each turn leaves out at least one
// parameter more, or makes the answer or the text smaller.
func (c *Classifier) ask(ctx context.Context, whole ticket) (got reply, err error) {
	now := c.dialect.begin(ctx, whole)
	first, answered, tooLong := now.budget, false, false
	defer func() { c.dialect.end(ctx, now, whole, answered) }()
	t := whole.shortenedTo(c.dialect.room())
	for {
		body, f := c.post(ctx, now.form, t)
		if f == nil {
			answered = true
			if now.budget < first && len(t.description) <= usualText {
				c.dialect.lower(now.budget) // the context is small, whatever the text
			}
			got.body, got.budget, got.shortened = body, now.budget, t != whole
			if got.shortened && tooLong {
				c.dialect.fits(len(t.description))
			}
			return got, nil
		}
		got.input, got.output = got.input+f.Input, got.output+f.Output
		if f.TimedOut() {
			c.wake()
		}
		tooLong = tooLong || f.TooLong(t.sent())
		paid := f.Input+f.Output > 0
		if f.Status == 0 || ctx.Err() != nil || paid || !c.adapt(ctx, &now, &t, whole, f) {
			return got, f.Err(t.sent(), c.key)
		}
	}
}

// adapt changes the next call to one that the server may take, and reports whether there is one.
func (c *Classifier) adapt(ctx context.Context, now *turn, t *ticket, whole ticket, f *failure.Failure) bool {
	if f.TooLong(t.sent()) {
		return now.smaller(t)
	}
	if most := now.mostTokens(f, *t); most > 0 {
		c.dialect.limit(most)
		now.budget = most
		c.dialect.rejected(ctx, now)
		return true
	}
	which := rejected(f, now.form, *t)
	switch {
	case which == 0:
		return f.Silent(t.sent()) && c.dialect.failed(now, whole)
	case which&(paramMaxCompletionTokens|paramMaxTokens) != 0 && f.Says(failure.Sent{}, failure.LongWords...):
		return now.smaller(t) // a ticket with the server's words in it must not take the bound from all answers
	}
	now.without |= which
	if now.suspect != 0 {
		now.suspect |= which // a success will tell whether that matters
		return true
	}
	c.dialect.drop(ctx, which, "the server rejects it", 0)
	c.dialect.rejected(ctx, now)
	return true
}
