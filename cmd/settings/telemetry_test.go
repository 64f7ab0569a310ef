package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhereTracesGo(t *testing.T) {
	t.Parallel()
	const all, traces = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	for name, c := range map[string]struct {
		settings env
		want     string
		wrong    []string
	}{
		"nowhere by default":             {nil, "", nil},
		"to the endpoint for everything": {env{all: "http://otel:4318"}, "http://otel:4318/v1/traces", nil},
		"with its path":                  {env{all: "https://otel/a/"}, "https://otel/a/v1/traces", nil},
		"to the endpoint for traces, as it is": {
			env{all: "http://otel:4318", traces: "https://other/b"}, "https://other/b", nil,
		},
		"nowhere when OpenTelemetry is off": {env{all: "http://otel:4318", "OTEL_SDK_DISABLED": "true"}, "", nil},
		"nowhere when no exporter is wanted": {
			env{all: "http://otel:4318", "OTEL_TRACES_EXPORTER": "none"}, "", nil,
		},
		"nowhere by a protocol alone":         {env{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "", nil},
		"a URL without a scheme is a mistake": {env{all: "hunter22:4317"}, "", []string{all}},
		"a user in the URL is a mistake":      {env{traces: "http://u:hunter22@otel:4318"}, "", []string{traces}},
		"gRPC is a mistake": {
			env{all: "http://otel:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "",
			[]string{"OTEL_EXPORTER_OTLP_PROTOCOL"},
		},
		"gRPC for traces too": {
			env{all: "http://otel:4317", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"}, "",
			[]string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"},
		},
		"an exporter that we do not have is one": {
			env{"OTEL_TRACES_EXPORTER": "zipkin"}, "", []string{"OTEL_TRACES_EXPORTER"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := server(c.settings)
			if c.wrong != nil {
				require.ElementsMatch(t, c.wrong, complaints(err))
				require.NotContains(t, err.Error(), "hunter22")
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, s.Telemetry.Endpoint)
		})
	}
}
