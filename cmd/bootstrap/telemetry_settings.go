package bootstrap

import (
	"net/url"
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// RawTelemetry are those of OpenTelemetry's standard variables that say whether and where spans are sent. The library itself reads
// the others: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_BSP_*, OTEL_EXPORTER_OTLP_HEADERS, …
type RawTelemetry struct {
	Endpoint       string `name:"otel-exporter-otlp-endpoint" env:"OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL" help:"Send traces to this collector, such as http://localhost:4318; /v1/traces is added. The other OTEL_ variables count too. Default: no traces."`
	TracesEndpoint string `name:"otel-exporter-otlp-traces-endpoint" env:"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" placeholder:"URL" help:"The same as a whole URL."`
	Protocol       string `name:"otel-exporter-otlp-protocol" env:"OTEL_EXPORTER_OTLP_PROTOCOL" placeholder:"NAME" help:"http/protobuf or http/json. Default: http/protobuf."`
	TracesProtocol string `name:"otel-exporter-otlp-traces-protocol" env:"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL" placeholder:"NAME" help:"The same, for traces."`
	Exporter       string `name:"otel-traces-exporter" env:"OTEL_TRACES_EXPORTER" placeholder:"NAME" help:"otlp, or none for no traces. Default: otlp."`
	Disabled       string `name:"otel-sdk-disabled" env:"OTEL_SDK_DISABLED" placeholder:"BOOL" help:"true: no traces. Default: false."`
}

// TelemetrySettings say where spans go.
type TelemetrySettings struct {
	Endpoint string // a whole URL; empty: nowhere
	// Exporter takes the spans instead of Endpoint, for tests.
	Exporter sdktrace.SpanExporter
}

// tracesPath is what the OTLP specification adds to an endpoint for all signals.
const tracesPath = "v1/traces"

func (raw RawTelemetry) parse(r *reader) TelemetrySettings {
	switch {
	case strings.EqualFold(raw.Disabled, "true") || raw.Exporter == "none":
		return TelemetrySettings{}
	case raw.Exporter != "" && raw.Exporter != "otlp":
		r.complain("OTEL_TRACES_EXPORTER", "must be otlp or none, not %q", raw.Exporter)
	}
	name, text := "OTEL_EXPORTER_OTLP_ENDPOINT", raw.Endpoint
	if raw.TracesEndpoint != "" {
		name, text = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", raw.TracesEndpoint
	}
	if text == "" {
		return TelemetrySettings{}
	}
	checkProtocol(r, "OTEL_EXPORTER_OTLP_PROTOCOL", raw.Protocol)
	checkProtocol(r, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", raw.TracesProtocol)
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		r.complain(name, "must be a URL that begins with http:// or https:// and has no user")
		return TelemetrySettings{}
	}
	if raw.TracesEndpoint == "" {
		u = u.JoinPath(tracesPath)
	}
	return TelemetrySettings{Endpoint: u.String()}
}

func checkProtocol(r *reader, name, protocol string) {
	switch protocol {
	case "", "http/protobuf", "http/json":
	default:
		r.complain(name, "must be http/protobuf or http/json, not %q: a collector takes these on port 4318", protocol)
	}
}
