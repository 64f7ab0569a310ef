package redisstream

import (
	"context"

	"github.com/ThreeDotsLabs/watermill/message"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"

	"ticketd/domain"
)

// Option changes how events are sent and received.
type Option func(*tracer)

// TracedBy makes spans of sending and of receiving events, in one trace, whose context travels in the
// message's metadata as W3C Trace Context. Nil makes none.
func TracedBy(p trace.TracerProvider) Option {
	return func(t *tracer) {
		if p != nil {
			t.Tracer = p.Tracer("ticketd/adapters/redisstream")
		}
	}
}

// tracer makes no spans while it has no Tracer.
type tracer struct {
	trace.Tracer
	stream string
}

func newTracer(stream string, options []Option) tracer {
	t := tracer{stream: stream}
	for _, o := range options {
		o(&t)
	}
	return t
}

var traced = propagation.TraceContext{}

// send runs do within a span whose context m carries.
func (t tracer) send(ctx context.Context, m *message.Message, do func(context.Context) error) error {
	if t.Tracer == nil {
		return do(ctx)
	}
	ctx, span := t.start(ctx, "send", trace.SpanKindProducer, semconv.MessagingOperationTypeSend)
	defer span.End()
	traced.Inject(ctx, propagation.MapCarrier(m.Metadata))
	return tell(span, do(ctx))
}

// take runs do within a span that continues the trace of m. Without a well-formed context in m it begins one.
func (t tracer) take(ctx context.Context, m *message.Message, do func(context.Context) error) error {
	if t.Tracer == nil {
		return do(ctx)
	}
	ctx = traced.Extract(ctx, propagation.MapCarrier(m.Metadata))
	ctx, span := t.start(ctx, "process", trace.SpanKindConsumer, semconv.MessagingOperationTypeProcess)
	defer span.End()
	span.SetAttributes(semconv.MessagingConsumerGroupName(Group))
	return tell(span, do(ctx))
}

func (t tracer) start(
	ctx context.Context, operation string, kind trace.SpanKind, operationType attribute.KeyValue,
) (context.Context, trace.Span) {
	return t.Start(ctx, operation+" "+t.stream, trace.WithSpanKind(kind), trace.WithAttributes(
		semconv.MessagingSystemKey.String("redis"), semconv.MessagingDestinationName(t.stream),
		semconv.MessagingOperationName(operation), operationType,
	))
}

func tell(span trace.Span, err error) error {
	if err != nil {
		span.SetAttributes(semconv.ErrorTypeKey.String(domain.CodeOf(err)))
		span.SetStatus(codes.Error, "")
	}
	return err
}
