package settings

import (
	"net/url"
	"strings"

	"ticketd/adapters/telemetry"
)

// tracesPath is what the OTLP specification adds to an endpoint for all signals.
const tracesPath = "v1/traces"

func (raw RawTelemetry) parse(r *reader) telemetry.Options {
	switch {
	case strings.EqualFold(raw.Disabled, "true") || raw.Exporter == "none":
		return telemetry.Options{}
	case raw.Exporter != "" && raw.Exporter != "otlp":
		r.complain("OTEL_TRACES_EXPORTER", "must be otlp or none, not %q", raw.Exporter)
	}
	name, text := "OTEL_EXPORTER_OTLP_ENDPOINT", raw.Endpoint
	if raw.TracesEndpoint != "" {
		name, text = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", raw.TracesEndpoint
	}
	if text == "" {
		return telemetry.Options{}
	}
	checkProtocol(r, "OTEL_EXPORTER_OTLP_PROTOCOL", raw.Protocol)
	checkProtocol(r, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", raw.TracesProtocol)
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		r.complain(name, "must be a URL that begins with http:// or https:// and has no user")
		return telemetry.Options{}
	}
	if raw.TracesEndpoint == "" {
		u = u.JoinPath(tracesPath)
	}
	return telemetry.Options{Endpoint: u.String()}
}

func checkProtocol(r *reader, name, protocol string) {
	switch protocol {
	case "", "http/protobuf", "http/json":
	default:
		r.complain(name,
			"must be http/protobuf or http/json, not %q: a collector takes these on port 4318", protocol)
	}
}
