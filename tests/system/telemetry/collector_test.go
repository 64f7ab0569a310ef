package telemetry_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/system"
)

type env = system.Env

// received is what a collector was sent.
type received struct {
	mu     sync.Mutex
	bodies strings.Builder
	last   http.Header
	path   string
}

func (r *received) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.bodies.Write(body)
	}
	r.last, r.path = req.Header, req.URL.Path
}

// run starts the real program, sends a ticket, stops the program and returns it.
func run(t *testing.T, settings env) *system.Server {
	t.Helper()
	p := system.Serve(t, env{"OTEL_BSP_SCHEDULE_DELAY": "20"}, settings)
	for range 20 {
		made := p.Create(t, "Refund my zanzibar invoice", "wombat@example.com was charged twice")
		require.Equal(t, client.AIStatusDone, made.AiStatus)
	}
	require.Zero(t, p.Terminate(patience), "%s", p.Log())
	require.Empty(t, p.Stderr())
	return p
}

func TestSpansReachACollector(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings func(url string) env
		path     string
	}{
		"by the endpoint for everything": {
			func(url string) env { return env{"OTEL_EXPORTER_OTLP_ENDPOINT": url + "/otlp/"} }, "/otlp/v1/traces",
		},
		"by the endpoint for traces": {
			func(url string) env {
				return env{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
					"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": url + "/here"}
			},
			"/here",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := &received{}
			collector := httptest.NewServer(got)
			defer collector.Close()
			settings := c.settings(collector.URL)
			settings["OTEL_EXPORTER_OTLP_HEADERS"], settings["OTEL_SERVICE_NAME"] = "x-key=hunter22", "helpdesk"
			p := run(t, settings)
			require.Equal(t, c.path, got.path)
			require.Equal(t, "application/x-protobuf", got.last.Get("Content-Type"))
			require.Equal(t, "hunter22", got.last.Get("X-Key"))
			for _, word := range []string{"POST /tickets", "CreateTicket", "INSERT tickets", "helpdesk"} {
				require.Contains(t, got.bodies.String(), word)
			}
			require.NotContains(t, got.bodies.String(), "zanzibar")
			require.NotContains(t, p.Log(), "hunter22")
			require.NotContains(t, p.Log(), "traces are not sent")
			require.Contains(t, p.Log(), `"trace_id":"`)
		})
	}
}

func TestNoTracesAreSent(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]env{
		"when OpenTelemetry is off":    {"OTEL_SDK_DISABLED": "true"},
		"when no exporter is wanted":   {"OTEL_TRACES_EXPORTER": "none"},
		"when no endpoint is set":      {"OTEL_EXPORTER_OTLP_ENDPOINT": "", "OTEL_TRACES_EXPORTER": "otlp"},
		"when all of it is turned off": {"OTEL_SDK_DISABLED": "TRUE", "OTEL_TRACES_EXPORTER": "none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := &received{}
			collector := httptest.NewServer(got)
			defer collector.Close()
			p := run(t, system.Join(env{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL}, settings))
			require.Nil(t, got.last)
			require.NotContains(t, p.Log(), "trace_id")
		})
	}
}

func TestACollectorThatIsNoHelp(t *testing.T) {
	t.Parallel()
	deaf, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0") // it accepts and never answers
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, deaf.Close()) })
	angry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, strings.Repeat("no ", 1000), http.StatusForbidden)
	}))
	t.Cleanup(angry.Close)
	for name, c := range map[string]struct {
		url   string
		lines int
	}{
		"because it is away":      {"http://127.0.0.1:1", 1},
		"because it is deaf":      {"http://" + deaf.Addr().String(), 0},
		"because it is unwilling": {angry.URL, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := run(t, env{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url})
			said := 0
			for _, line := range p.Lines() {
				if line["msg"] == "traces are not sent" {
					said++
					require.Equal(t, "warn", line["level"])
					require.Less(t, len(line["error"].(string)), 400)
				}
			}
			require.Equal(t, c.lines, said, "many exports failed, and one line says so\n%s", p.Log())
		})
	}
}

func TestAMistakeInAVariableOfTheLibraryIsToldWithoutItsValue(t *testing.T) {
	t.Parallel()
	p := run(t, env{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
		"OTEL_EXPORTER_OTLP_HEADERS": "hunter22"})
	require.Contains(
		t, p.Log(), `"msg":"a setting of OpenTelemetry is not as it should be","complaint":"parse headers"`)
	require.NotContains(t, p.Log(), "hunter22")
}
