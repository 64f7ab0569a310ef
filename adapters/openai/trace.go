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

// tracer makes a span of each call by the semantic conventions for generative AI. It has no text of the ticket or of the answer.
type tracer struct {
	trace.Tracer
	name  string
	known []attribute.KeyValue // of every call
}

func newTracer(provider trace.TracerProvider, base, model string) tracer {
	if provider == nil {
		provider = noop.NewTracerProvider()
	}
	t := tracer{Tracer: provider.Tracer("ticketd/adapters/openai"), name: "chat " + model, known: []attribute.KeyValue{
		semconv.GenAIOperationNameChat, semconv.GenAIProviderNameOpenAI, semconv.GenAIRequestModel(model),
	}}
	if u, err := url.Parse(base); err == nil {
		t.known = append(t.known, semconv.ServerAddress(u.Hostname()), semconv.ServerPort(portOf(u)))
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

func (t tracer) begin(ctx context.Context) (context.Context, call) {
	ctx, span := t.Start(ctx, t.name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(t.known...))
	return ctx, call{span}
}

// call is the span of one.
type call struct{ trace.Span }

// end tells what came of the call. body is the server's document, nil if there was none.
func (c call) end(answer domain.Answer, body []byte, err error) {
	defer c.End()
	if !c.IsRecording() {
		return
	}
	if body != nil {
		c.SetAttributes(semconv.GenAIResponseModel(answer.Model), semconv.GenAIUsageInputTokens(answer.InputTokens), semconv.GenAIUsageOutputTokens(answer.OutputTokens))
		c.SetAttributes(responseAttributes(body)...)
	}
	if err != nil {
		c.SetAttributes(semconv.ErrorTypeKey.String(domain.CodeOf(err)))
		c.SetStatus(codes.Error, "")
	}
}

// plainWord is what ids and reasons of providers look like. Anything else may be text, and a server may repeat the ticket.
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
	var known []attribute.KeyValue
	if plainWord.MatchString(c.ID) {
		known = append(known, semconv.GenAIResponseID(c.ID))
	}
	if len(c.Choices) > 0 && plainWord.MatchString(c.Choices[0].FinishReason) {
		known = append(known, semconv.GenAIResponseFinishReasons(c.Choices[0].FinishReason))
	}
	return known
}
