package openai

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"ticketd/domain"
)

// tracer makes a span of each call by the semantic conventions for generative AI. Spans hold no text of the
// ticket or of the answer.
type tracer struct {
	trace.Tracer
	name   string
	common []attribute.KeyValue // of every call
}

func newTracer(provider trace.TracerProvider, base, model string) tracer {
	if provider == nil {
		provider = noop.NewTracerProvider()
	}
	t := tracer{
		Tracer: provider.Tracer("ticketd/adapters/openai"), name: "chat " + model,
		common: []attribute.KeyValue{
			semconv.GenAIOperationNameChat, semconv.GenAIProviderNameOpenAI, semconv.GenAIRequestModel(model),
		},
	}
	if u, err := url.Parse(base); err == nil {
		t.common = append(t.common, semconv.ServerAddress(u.Hostname()), semconv.ServerPort(portOf(u)))
	}
	return t
}

func portOf(u *url.URL) int {
	if port, err := strconv.Atoi(u.Port()); err == nil {
		return port
	}
	if u.Scheme == "http" {
		return 80
	}
	return 443
}

func (t tracer) begin(ctx context.Context) (context.Context, span) {
	kind := trace.WithSpanKind(trace.SpanKindClient)
	ctx, s := t.Start(ctx, t.name, kind, trace.WithAttributes(t.common...))
	return ctx, span{s}
}

type span struct{ trace.Span }

// end records what came of the call. body is the server's document, nil if there was none.
func (s span) end(a domain.Answer, body []byte, err error) {
	defer s.End()
	if !s.IsRecording() {
		return
	}
	if body != nil {
		s.SetAttributes(semconv.GenAIResponseModel(a.Model),
			semconv.GenAIUsageInputTokens(a.InputTokens), semconv.GenAIUsageOutputTokens(a.OutputTokens))
		s.SetAttributes(responseAttributes(body)...)
	}
	if err != nil {
		s.SetAttributes(semconv.ErrorTypeKey.String(domain.CodeOf(err)))
		s.SetStatus(codes.Error, "")
	}
}

// plainWord is what ids and end reasons of providers look like. Anything else may be text that repeats the
// ticket.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,64}$`)

func responseAttributes(body []byte) []attribute.KeyValue {
	var c struct {
		ID      string `json:"id"`
		Choices []struct {
			FinishReason string `json:"finish_reason"`
		} `json:"choices"`
	}
	if json.Unmarshal(body, &c) != nil {
		return nil
	}
	var found []attribute.KeyValue
	if plainWord.MatchString(c.ID) {
		found = append(found, semconv.GenAIResponseID(c.ID))
	}
	if len(c.Choices) > 0 && plainWord.MatchString(c.Choices[0].FinishReason) {
		found = append(found, semconv.GenAIResponseFinishReasons(c.Choices[0].FinishReason))
	}
	return found
}
