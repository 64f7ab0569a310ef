// Package telemetry sends spans to a collector, keeps its library quiet, and names the spans of SQL
// statements.
package telemetry

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
)

// flushTime bounds how long a stop waits for a collector.
const flushTime = 2 * time.Second

// Traces are the spans of this process on their way to a collector. The zero value makes none and costs
// nothing.
type Traces struct {
	provider *sdktrace.TracerProvider
	log      *slog.Logger
}

// Options tell where spans go.
type Options struct {
	Service  string                // the name of the process for people
	Endpoint string                // a whole URL; empty for nowhere
	Exporter sdktrace.SpanExporter // takes the spans instead of Endpoint, for tests
	Failed   func()                // told of each batch that the collector did not take; may be nil
}

// Start starts the export of spans. Neither Start nor anything that makes spans waits for the collector:
// spans that it does not take in time are dropped.
func Start(ctx context.Context, o Options, log *slog.Logger) (Traces, error) {
	exporter := o.Exporter
	if exporter == nil {
		if o.Endpoint == "" {
			return Traces{}, nil
		}
		quietTelemetry(log, o.Failed)
		var err error
		if exporter, err = otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(o.Endpoint)); err != nil {
			return Traces{}, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
		}
	}
	// The environment comes last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override the name.
	about, err := resource.New(ctx, resource.WithAttributes(semconv.ServiceName(o.Service)),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		log.WarnContext(ctx, "OTEL_RESOURCE_ATTRIBUTES cannot be read as a whole", "note",
			"it must be name=value pairs with commas between them")
	}
	return Traces{
		sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about)), log,
	}, nil
}

// Tracer returns the provider of tracers, or nil if nobody traces.
func (t Traces) Tracer() trace.TracerProvider {
	if t.provider == nil {
		return nil
	}
	return t.provider
}

// OpenDB returns a function that opens a traced pool, or nil for the usual way without spans.
func (t Traces) OpenDB(engine string) func(driver.Connector) *sql.DB {
	if t.provider == nil {
		return nil
	}
	return tracedDB(t.provider, engine)
}

// Stop sends the remaining spans. A collector that is away is no failure of ours.
func (t Traces) Stop(ctx context.Context) {
	if t.provider == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		t.log.WarnContext(ctx, "the last traces were not sent", "error", err)
	}
}

// quietTelemetry keeps the library, which has one logger and one error handler for the whole process, from
// writing plain text to standard error.
func quietTelemetry(log *slog.Logger, failed func()) {
	otel.SetLogger(logr.FromSlogHandler(wordsOnly{log.Handler()}))
	otel.SetErrorHandler(&seldom{log: log, failed: failed})
}
