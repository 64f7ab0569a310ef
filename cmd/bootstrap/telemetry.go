package bootstrap

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

	"ticketd/ports"
)

// flushTime bounds what a stop waits for a collector.
const flushTime = 3 * time.Second

// watchers are told what the core does.
type watchers struct {
	meter  ports.Meter
	tracer trace.TracerProvider // nil: nobody traces
	// dropped is told of parameters that the model's server does not take, and takes again.
	dropped func(parameter string, dropped bool)
	log     *slog.Logger
}

// nobodyWatches is for commands that end soon.
func nobodyWatches() watchers { return watchers{meter: ports.NoMeter{}} }

// traces are the spans of this process on their way to a collector. The zero value makes none and costs nothing.
type traces struct {
	provider *sdktrace.TracerProvider
	log      *slog.Logger
}

// startTraces never waits for the collector, and nor does anything that makes spans: what it does not take in time is dropped.
func startTraces(ctx context.Context, s TelemetrySettings, service string, log *slog.Logger) (traces, error) {
	exporter := s.Exporter
	if exporter == nil {
		if s.Endpoint == "" {
			return traces{}, nil
		}
		quietTelemetry(log)
		var err error
		if exporter, err = otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(s.Endpoint)); err != nil {
			return traces{}, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
		}
	}
	// The environment comes last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override the name.
	about, err := resource.New(ctx, resource.WithAttributes(semconv.ServiceName(service)), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		log.WarnContext(ctx, "OTEL_RESOURCE_ATTRIBUTES cannot be read as a whole", "note", "it must be name=value pairs with commas between them")
	}
	return traces{sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about)), log}, nil
}

// tracer is nil if nobody traces.
func (t traces) tracer() trace.TracerProvider {
	if t.provider == nil {
		return nil
	}
	return t.provider
}

// openDB makes a pool; nil stands for the usual way, without any span.
func (t traces) openDB(engine string) func(driver.Connector) *sql.DB {
	if t.provider == nil {
		return nil
	}
	return tracedDB(t.provider, engine)
}

// stop sends what is left. A collector that is away is no failure of ours.
func (t traces) stop(ctx context.Context) {
	if t.provider == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		t.log.WarnContext(ctx, "the last traces were not sent", "error", err)
	}
}

// quietTelemetry keeps the library, which has one logger and one error handler for the whole process, from writing plain text to
// standard error.
func quietTelemetry(log *slog.Logger) {
	otel.SetLogger(logr.FromSlogHandler(wordsOnly{log.Handler()}))
	otel.SetErrorHandler(&seldom{log: log})
}
