// Package openai is the domain's Classifier over the Chat Completions API of OpenAI or of any compatible
// server, whatever its dialect.
package openai

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/openai/internal/answer"
	"ticketd/domain"
)

// DefaultBaseURL is OpenAI itself.
const DefaultBaseURL = "https://api.openai.com/v1"

// Options say whom to ask and how. A call ends with its context only: no other deadline ends a silent server.
type Options struct {
	APIKey  string      // may be empty only with a BaseURL: some local servers know no keys
	BaseURL string      // DefaultBaseURL if empty; may have a query, which every call keeps
	Header  http.Header // sent with every call; secret
	Model   string      // as the provider calls it
	Redact  bool        // send placeholders for e-mail addresses, card numbers, IBANs, passwords and keys
	// MaxOutputTokens bounds an answer, thoughts included; 0 lets the dialect choose.
	MaxOutputTokens int
	Effort          string        // how long a reasoning model thinks, in the provider's words; may be empty
	Warmup          time.Duration // how long a server may take to load its model; 0: no wake-up calls
	Transport       http.RoundTripper
	Tracer          trace.TracerProvider // nil: no traces
	Log             *slog.Logger         // for what is learnt about the server; nil: no log
	// Dropped is told when a parameter is dropped because the server rejects it, and when it is sent again.
	Dropped func(parameter string, dropped bool)
	// Probed is told the tokens of each call that was made for no ticket.
	Probed func(inputTokens, outputTokens int)
	Now    func() time.Time // for tests
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
	forms      sync.Map // form → [][]byte, the call before and after its ticket
	fromTokens atomic.Bool
	waker      waker
	probed     func(inputTokens, outputTokens int)
}

var _ domain.Classifier = (*Classifier)(nil)

// New checks the options; its errors never hold the key or a header. It makes no call.
func New(o Options) (*Classifier, error) {
	options, err := o.request()
	if err != nil {
		return nil, err
	}
	client := newHTTPClient(o.Transport)
	c := &Classifier{
		// The service, unlike sdk.NewClient, reads no OPENAI_* variable (OPENAI_CUSTOM_HEADERS among them).
		// With all the other services of the client the program would be a quarter larger.
		chat: sdk.NewChatCompletionService(append(options, option.WithHTTPClient(client))...),
		http: client, key: o.APIKey, model: o.Model, effort: o.Effort, redact: o.Redact,
		tracer: newTracer(o.Tracer, cmp.Or(o.BaseURL, DefaultBaseURL), o.Model), dialect: newDialect(o),
		probed: o.Probed,
	}
	if c.probed == nil {
		c.probed = func(int, int) {}
	}
	if o.BaseURL != "" {
		c.waker.limit = o.Warmup
	}
	return c, nil
}

// request returns the options of every call.
func (o Options) request() ([]option.RequestOption, error) {
	base, query, err := splitURL(o.BaseURL)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the base URL %w", err)
	case strings.ContainsFunc(o.APIKey, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("the API key must be printable ASCII without blanks")
	case o.APIKey == "" && o.BaseURL == "":
		return nil, errors.New("the API key is missing")
	case !answer.IsModelName(o.Model):
		return nil, errors.New("the model's name must have between 1 and 100 printable characters")
	}
	options := []option.RequestOption{
		option.WithBaseURL(base.String()), option.WithAPIKey(o.APIKey),
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
	return options, nil
}
