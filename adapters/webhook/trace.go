package webhook

import (
	"context"
	"net/http"
	"net/url"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"ticketd/domain"
	"ticketd/ports"
)

// tracer makes a span of each request by the semantic conventions for HTTP. It holds the host alone of the
// URL, whose path and query may be secret.
type tracer struct{ trace.Tracer }

func newTracer(provider trace.TracerProvider) tracer {
	if provider == nil {
		provider = noop.NewTracerProvider()
	}
	return tracer{provider.Tracer("ticketd/adapters/webhook")}
}

func (t tracer) begin(ctx context.Context, w domain.Webhook, e domain.Event) (context.Context, span) {
	ctx, s := t.Start(ctx, "POST webhook", trace.WithSpanKind(trace.SpanKindClient))
	if s.IsRecording() {
		s.SetAttributes(
			semconv.HTTPRequestMethodPost,
			attribute.Int64("ticketd.webhook.id", int64(w.ID)), attribute.Int64("ticketd.event.id", e.ID),
			attribute.String("ticketd.event.type", e.Type.String()),
			attribute.Int64("ticketd.ticket.id", int64(e.Ticket.ID)),
		)
		if u, err := url.Parse(w.URL); err == nil {
			s.SetAttributes(semconv.ServerAddress(u.Hostname()))
		}
	}
	return ctx, span{s}
}

type span struct{ trace.Span }

func (s span) end(r ports.SendResult) {
	defer s.End()
	if r.Status >= http.StatusContinue {
		s.SetAttributes(semconv.HTTPResponseStatusCode(r.Status))
	}
	if r.Error != "" {
		s.SetAttributes(semconv.ErrorTypeKey.String(r.Error))
		s.SetStatus(codes.Error, "")
	}
}
