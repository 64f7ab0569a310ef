// Package openai is the domain's Classifier over the Chat Completions API of OpenAI or of any compatible server.
package openai

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"go.opentelemetry.io/otel/trace"

	"ticketd/domain"
)

// DefaultBaseURL is OpenAI itself.
const DefaultBaseURL = "https://api.openai.com/v1"

// Options say whom to ask. The deadline of a call is that of its context: nothing else ends a server that keeps silent.
type Options struct {
	APIKey    string               // may be empty only with a BaseURL: some local servers know no keys
	BaseURL   string               // DefaultBaseURL if empty
	Model     string               // as the provider calls it
	Redact    bool                 // what looks like an e-mail address, a card number, an IBAN, a password or a key is not sent
	Transport http.RoundTripper    // for tests; an own pool of connections if nil
	Tracer    trace.TracerProvider // nil: nobody traces
}

// Classifier is safe for concurrent use.
type Classifier struct {
	chat      sdk.ChatCompletionService
	http      *http.Client
	key       string
	model     string
	redact    bool
	tracer    tracer
	rejected  rejected
	templates templates
}

var _ domain.Classifier = (*Classifier)(nil)

// New checks the options; its errors never hold the key. It makes no call.
func New(o Options) (*Classifier, error) {
	base, err := baseURL(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if strings.ContainsFunc(o.APIKey, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the API key must be printable ASCII without blanks")
	}
	if o.APIKey == "" && o.BaseURL == "" {
		return nil, errors.New("the API key is missing")
	}
	if !isModelName(o.Model) {
		return nil, errors.New("the model's name must have between 1 and 100 printable characters")
	}
	client := newHTTPClient(o.Transport)
	// The service, unlike sdk.NewClient, reads no OPENAI_* variable (OPENAI_CUSTOM_HEADERS among them).
	chat := sdk.NewChatCompletionService(
		option.WithBaseURL(base), option.WithAPIKey(o.APIKey), option.WithHTTPClient(client),
		option.WithMaxRetries(0), option.WithMiddleware(limitResponse),
	)
	return &Classifier{chat: chat, http: client, key: o.APIKey, model: o.Model, redact: o.Redact, tracer: newTracer(o.Tracer, base, o.Model)}, nil
}

func baseURL(s string) (string, error) {
	if s == "" {
		return DefaultBaseURL, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", errors.New("the base URL must look like https://host/v1")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("the base URL must have no user, query or fragment")
	}
	return s, nil
}

// maxModelName is longer than any name in use.
const maxModelName = 100

func isModelName(s string) bool {
	return s != "" && len(s) <= maxModelName && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// Classify makes one call. When the server rejects a parameter by name, which costs nothing, the call is made again at once
// without it, and so are all later ones of this Classifier.
func (c *Classifier) Classify(ctx context.Context, text domain.Text) (answer domain.Answer, err error) {
	ctx, call := c.tracer.begin(ctx)
	answer = domain.Answer{Source: domain.SourceModel, Model: c.model, PromptVersion: PromptVersion}
	var body []byte
	defer func() { call.end(answer, body, err) }()
	if body, err = c.ask(ctx, c.ticket(text)); err != nil {
		return answer, err
	}
	return readAnswer(answer, body)
}

// ask ends: each turn rejects at least one parameter more than were left out.
func (c *Classifier) ask(ctx context.Context, t ticket) ([]byte, error) {
	for {
		without := c.rejected.load()
		call, err := c.template(without)
		if err != nil {
			return nil, err
		}
		body, f := c.post(ctx, call.of(t.userMessage()))
		if f == nil {
			return body, nil
		}
		more := f.rejects(without, t)
		if more == 0 {
			return nil, f.err(t, c.key)
		}
		c.rejected.add(more)
	}
}

// Close lets go of idle connections. The Classifier stays usable.
func (c *Classifier) Close() { c.http.CloseIdleConnections() }
