// Package openai is the domain's Classifier over the Chat Completions API of OpenAI or of any compatible server, whatever its dialect.
package openai

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/openai/internal/answer"
	"ticketd/adapters/openai/internal/failure"
	"ticketd/domain"
)

// DefaultBaseURL is OpenAI itself.
const DefaultBaseURL = "https://api.openai.com/v1"

// Options say whom to ask. The deadline of a call is that of its context: nothing else ends a server that keeps silent.
type Options struct {
	APIKey  string      // may be empty only with a BaseURL: some local servers know no keys
	BaseURL string      // DefaultBaseURL if empty; may have a query, which every call keeps
	Header  http.Header // sent with every call; secret
	Model   string      // as the provider calls it
	Redact  bool        // what looks like an e-mail address, a card number, an IBAN, a password or a key is not sent
	// MaxOutputTokens bounds an answer, thoughts included; 0 lets the dialect choose.
	MaxOutputTokens int
	Effort          string        // how long a reasoning model thinks, in the provider's words; empty: as it likes
	Warmup          time.Duration // how long a server may take to load its model; 0: nobody wakes it
	Transport       http.RoundTripper
	Tracer          trace.TracerProvider // nil: nobody traces
	Log             *slog.Logger         // for what is learnt about the server; nil: nobody reads it
	// Dropped is told when a parameter is dropped because the server does not take it, and when it is taken again.
	Dropped func(parameter string, dropped bool)
	Now     func() time.Time // for tests
}

// Classifier is safe for concurrent use.
type Classifier struct {
	chat       sdk.ChatCompletionService
	http       *http.Client
	key        string
	model      string
	effort     string
	redact     bool
	tracer     tracer
	dialect    *dialect
	templates  templates
	fromTokens atomic.Bool
	waker      waker
}

var _ domain.Classifier = (*Classifier)(nil)

// New checks the options; its errors never hold the key or a header. It makes no call.
func New(o Options) (*Classifier, error) {
	base, query, err := splitURL(o.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("the base URL %w", err)
	}
	if strings.ContainsFunc(o.APIKey, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the API key must be printable ASCII without blanks")
	}
	if o.APIKey == "" && o.BaseURL == "" {
		return nil, errors.New("the API key is missing")
	}
	if !answer.IsModelName(o.Model) {
		return nil, errors.New("the model's name must have between 1 and 100 printable characters")
	}
	client := newHTTPClient(o.Transport)
	options := []option.RequestOption{
		option.WithBaseURL(base.String()), option.WithAPIKey(o.APIKey), option.WithHTTPClient(client),
		option.WithMaxRetries(0), option.WithMiddleware(limitResponse),
	}
	for name, values := range query {
		for _, v := range values {
			options = append(options, option.WithQueryAdd(name, v))
		}
	}
	if o.APIKey != "" && isAzure(base) {
		options = append(options, option.WithHeader("api-key", o.APIKey))
	}
	for name, values := range o.Header {
		options = append(options, option.WithHeaderDel(name))
		for _, v := range values {
			options = append(options, option.WithHeaderAdd(name, v))
		}
	}
	c := &Classifier{
		// The service, unlike sdk.NewClient, reads no OPENAI_* variable (OPENAI_CUSTOM_HEADERS among them).
		chat: sdk.NewChatCompletionService(options...), http: client, key: o.APIKey, model: o.Model, effort: o.Effort, redact: o.Redact,
		tracer: newTracer(o.Tracer, base.String(), o.Model), dialect: newDialect(o),
	}
	if o.Effort == "" {
		c.dialect.never = paramReasoningEffort
	}
	if o.BaseURL != "" {
		c.waker.limit = o.Warmup
	}
	return c, nil
}

// Classify makes one call that may be paid for. When the server rejects it unpaid for something that can be left out or shortened, the
// call is made again at once without it, and so are later ones of this Classifier.
func (c *Classifier) Classify(ctx context.Context, text domain.Text) (a domain.Answer, err error) {
	ctx, call := c.tracer.begin(ctx)
	a = domain.Answer{Source: domain.SourceModel, Model: c.model, PromptVersion: PromptVersion}
	var got reply
	defer func() { call.end(a, got.body, err) }()
	got, err = c.ask(ctx, c.ticket(text))
	a.InputTokens, a.OutputTokens = got.input, got.output
	if err != nil {
		return a, err
	}
	a, fromTokens, err := answer.Read(a, got.body)
	a.InputTokens, a.OutputTokens = a.InputTokens+got.input, a.OutputTokens+got.output
	if cut, ok := errors.AsType[*answer.CutOffError](err); ok && cut.Thoughts && !c.dialect.raise(got.budget) {
		hopeless := *domain.ErrAnswerCutOff
		hopeless.Kind = domain.KindInvalid // the same budget would be spent the same way
		return a, hopeless.With(cut)
	}
	if err == nil {
		c.fromTokens.Store(fromTokens)
		if got.shortened {
			a.Verdict = a.Verdict.WithNote("Text shortened to fit the model.")
		}
	}
	return a, err
}

// reply is the server's document and how it was asked for.
type reply struct {
	body          []byte
	budget        int
	shortened     bool
	input, output int // tokens of an error document
}

// ask ends: each turn leaves out at least one parameter more, or makes the answer or the text smaller.
func (c *Classifier) ask(ctx context.Context, t ticket) (got reply, err error) {
	whole := t
	now := c.dialect.begin(whole)
	answered, budget, refused := false, now.budget, false
	defer func() { c.dialect.end(ctx, now, whole, answered) }()
	t = t.shortenedTo(c.dialect.room())
	for {
		body, f, err := c.post(ctx, now.form, t)
		if err != nil {
			return reply{}, err
		}
		if f == nil {
			answered = true
			if now.budget < budget && len(t.description) <= usualText {
				c.dialect.lower(now.budget) // the context is small, whatever the text
			}
			got.body, got.budget, got.shortened = body, now.budget, t != whole
			if got.shortened && refused {
				c.dialect.fits(len(t.description))
			}
			return got, nil
		}
		got.input, got.output = got.input+f.Input, got.output+f.Output
		if f.TimedOut() {
			c.wake()
		}
		if f.Status == 0 || ctx.Err() != nil {
			return got, f.Err(t.sent(), c.key)
		}
		refused = refused || f.TooLong(t.sent())
		if f.Input+f.Output > 0 || !c.adapt(ctx, &now, &t, whole, f) {
			return got, f.Err(t.sent(), c.key)
		}
	}
}

// adapt makes the next call one that the server may take, and reports whether there is such a one.
func (c *Classifier) adapt(ctx context.Context, now *turn, t *ticket, whole ticket, f *failure.Failure) bool {
	if f.TooLong(t.sent()) {
		return now.smaller(t)
	}
	if most := now.mostTokens(f, *t); most > 0 {
		c.dialect.limit(most)
		now.budget = most
		return true
	}
	which := rejects(f, now.form, *t)
	switch {
	case which == 0:
		return f.Silent(t.sent()) && c.dialect.failed(now, whole)
	case which&(paramMaxCompletionTokens|paramMaxTokens) != 0 && f.Problem.Says(failure.Sent{}, failure.LongWords...):
		return now.smaller(t) // a ticket that uses the server's words must not take the bound from all answers
	}
	now.without |= which
	if now.suspect != 0 {
		now.suspect |= which // whether that matters shows when the call succeeds
		return true
	}
	c.dialect.drop(ctx, which, "the server rejects it", 0)
	return true
}
