// Package telemetry_test looks at the spans of a whole server and a whole worker.
package telemetry_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/adapters/redisstream"
	"ticketd/adapters/telemetry"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
)

const (
	patience = system.Patience
	model    = "gpt-x"
)

// collector keeps spans. It stays full when the processes that filled it stop.
type collector struct{ *tracetest.InMemoryExporter }

func newCollector() collector { return collector{tracetest.NewInMemoryExporter()} }

func (collector) Shutdown(context.Context) error { return nil }

// of are the spans of one trace.
func (c collector) of(traceID string) family {
	var f family
	for _, s := range c.GetSpans() {
		if s.SpanContext.TraceID().String() == traceID {
			f = append(f, s)
		}
	}
	return f
}

// family are the spans of one trace.
type family []tracetest.SpanStub

// paths names every span after those above it, the outermost first, each once.
func (f family) paths() []string {
	var list []string
	seen := map[string]bool{}
	for _, s := range f {
		if p := f.path(s); !seen[p] {
			seen[p] = true
			list = append(list, p)
		}
	}
	return list
}

func (f family) path(s tracetest.SpanStub) string {
	for _, parent := range f {
		if parent.SpanContext.SpanID() == s.Parent.SpanID() {
			return f.path(parent) + " > " + s.Name
		}
	}
	return s.Name
}

// named is the only span of that name.
func (f family) named(t *testing.T, name string) tracetest.SpanStub {
	t.Helper()
	var found []tracetest.SpanStub
	for _, s := range f {
		if s.Name == name {
			found = append(found, s)
		}
	}
	require.Len(t, found, 1, name)
	return found[0]
}

func attributes(s tracetest.SpanStub) map[string]any {
	all := map[string]any{}
	for _, kv := range s.Attributes {
		all[string(kv.Key)] = value(kv.Value)
	}
	return all
}

func value(v attribute.Value) any { return v.AsInterface() }

// running is a process of ours within this one.
type running struct {
	t    *testing.T
	port chan int
	stop context.CancelFunc
	done chan error

	mu  sync.Mutex
	log strings.Builder
}

func start(t *testing.T, run func(ctx context.Context, stdout io.Writer) error) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	r := &running{t: t, port: make(chan int, 1), stop: cancel, done: make(chan error, 1)}
	read, write := io.Pipe()
	go r.read(read)
	go func() {
		err := run(ctx, write)
		_ = write.Close() // a pipe's end closes always
		r.done <- err
	}()
	t.Cleanup(cancel)
	return r
}

func (r *running) read(log io.Reader) {
	for lines := bufio.NewScanner(log); lines.Scan(); {
		r.mu.Lock()
		r.log.WriteString(lines.Text() + "\n")
		r.mu.Unlock()
		var line struct {
			Msg  string
			Port int
		}
		if json.Unmarshal(lines.Bytes(), &line) == nil && strings.HasSuffix(line.Msg, " running") {
			r.port <- line.Port
		}
	}
}

func (r *running) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.String()
}

// url waits until the process serves.
func (r *running) url() string {
	r.t.Helper()
	select {
	case port := <-r.port:
		return "http://127.0.0.1:" + strconv.Itoa(port)
	case err := <-r.done:
		require.FailNow(r.t, "the process ended", "%v\n%s", err, r.text())
	case <-time.After(patience):
		require.FailNow(r.t, "the process does not start", r.text())
	}
	return ""
}

// end stops the process in order, which sends all its spans.
func (r *running) end() {
	r.t.Helper()
	r.stop()
	select {
	case err := <-r.done:
		require.NoError(r.t, err)
	case <-time.After(patience):
		require.FailNow(r.t, "the process does not end", r.text())
	}
}

func storeOf(dbURL string) settings.Store {
	return settings.Store{URL: dbURL, SQLite: strings.HasPrefix(dbURL, "sqlite:"), MaxConns: 8, Batch: true,
		Migrate: true}
}

func asking(m *modelserver.Server) settings.Classifier {
	return settings.Classifier{Name: "openai", APIKey: modelserver.Key, BaseURL: m.URL(), Model: model,
		Timeout: 10 * time.Second}
}

func process() settings.Process {
	return settings.Process{LogLevel: slog.LevelInfo, ShutdownTimeout: patience}
}

// serve runs a server; with a Redis URL in queue mode.
func serve(
	t *testing.T, dbURL, redisURL string, m *modelserver.Server, spans collector,
) (*running, *system.API) {
	t.Helper()
	r := start(t, func(ctx context.Context, stdout io.Writer) error {
		return bootstrap.Serve(ctx, settings.Server{Common: settings.Common{
			Store: storeOf(dbURL), Classifier: asking(m), Review: domain.ReviewPolicy{Threshold: 0.7},
			Queue: settings.Queue{Use: redisURL != "", Redis: redisstream.Place{URL: redisURL}}, Process: process(),
			Telemetry: telemetry.Options{Exporter: spans},
		}}, stdout)
	})
	return r, system.NewAPI(t, r.url())
}

func work(t *testing.T, dbURL, redisURL string, m *modelserver.Server, spans collector) *running {
	t.Helper()
	r := start(t, func(ctx context.Context, stdout io.Writer) error {
		return bootstrap.Work(ctx, settings.Worker{
			Common: settings.Common{
				Store: storeOf(dbURL), Classifier: asking(m), Review: domain.ReviewPolicy{Threshold: 0.7},
				Queue: settings.Queue{Redis: redisstream.Place{URL: redisURL}}, Process: process(),
				Telemetry: telemetry.Options{Exporter: spans},
			},
			Concurrency: 4, MaxAttempts: 3,
		}, stdout)
	})
	r.url()
	return r
}

// post creates a ticket within the trace of the given id.
func post(t *testing.T, api *system.API, traceID string) (made client.Ticket) {
	t.Helper()
	text := api.Do(t, http.StatusCreated, http.MethodPost, "/tickets", ticket,
		"Traceparent", "00-"+traceID+"-00f067aa0ba902b7-01")
	require.NoError(t, json.Unmarshal([]byte(text), &made))
	return made
}
