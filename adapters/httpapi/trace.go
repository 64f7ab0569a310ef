package httpapi

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/httpapi/gen"
	"ticketd/domain"
)

const tracerName = "ticketd/adapters/httpapi"

// traceRequests creates a span for each request but probes, within the client's trace if there is one
// (traceparent). The span has neither path nor query, address nor user agent.
func traceRequests(provider trace.TracerProvider) echo.MiddlewareFunc {
	if provider == nil {
		return func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	tracer := provider.Tracer(tracerName)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if isProbe(c) {
				return next(c)
			}
			r := c.Request()
			ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
			method, template := knownMethod(r.Method), c.Path()
			name := method
			if template != "" {
				name += " " + template
			}
			ctx, span := tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer),
				trace.WithAttributes(semconv.HTTPRequestMethodKey.String(method), semconv.URLScheme(c.Scheme())))
			defer span.End()
			if template != "" {
				span.SetAttributes(semconv.HTTPRoute(template))
			}
			c.SetRequest(r.WithContext(ctx))
			err := next(c)
			status := recordedStatus(c)
			span.SetAttributes(semconv.HTTPResponseStatusCode(status))
			if status >= http.StatusInternalServerError {
				span.SetAttributes(semconv.ErrorTypeKey.Int(status))
				span.SetStatus(codes.Error, "")
			}
			return err
		}
	}
}

// traceUseCase creates a span for the use case within a traced request.
func traceUseCase(provider trace.TracerProvider) []gen.StrictMiddlewareFunc {
	if provider == nil {
		return nil
	}
	tracer := provider.Tracer(tracerName)
	return []gen.StrictMiddlewareFunc{func(next gen.StrictHandlerFunc, operation string) gen.StrictHandlerFunc {
		return func(c echo.Context, request any) (any, error) {
			r := c.Request()
			if !trace.SpanContextFromContext(r.Context()).IsValid() {
				return next(c, request)
			}
			ctx, span := tracer.Start(r.Context(), operation)
			defer span.End()
			c.SetRequest(r.WithContext(ctx))
			answer, err := next(c, request)
			tellFailure(ctx, err)
			return answer, err
		}
	}}
}

// tellFailure sets the code of an error on the span of ctx. The error's text may repeat what a client sent.
func tellFailure(ctx context.Context, err error) {
	if err == nil {
		return
	}
	span := trace.SpanFromContext(ctx)
	span.SetAttributes(semconv.ErrorTypeKey.String(domain.CodeOf(err)))
	if k := domain.KindOf(err); k == domain.KindInternal || k == domain.KindUnavailable {
		span.SetStatus(codes.Error, "")
	}
}
