package telemetry_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/metrics"
	"ticketd/adapters/sqlite"
	"ticketd/domain"
	"ticketd/migrations"
	"ticketd/ports"
)

// BenchmarkEdge shows what metrics and spans add to the cheapest request.
func BenchmarkEdge(b *testing.B) {
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	s, err := sqlite.Open(b.Context(), sqlite.InMemory)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	m, err := migrations.SQLite(s.Connector(), s.Path(), log)
	require.NoError(b, err)
	require.NoError(b, m.Up(b.Context()))
	fresh, err := domain.NewTicket("Title", "Description", nil, domain.Creators{}, time.Now())
	require.NoError(b, err)
	_, err = s.AddTicket(b.Context(), fresh, ports.Lease{})
	require.NoError(b, err)

	batched := sdktrace.NewTracerProvider(sdktrace.WithBatcher(tracetest.NewNoopExporter()))
	for _, c := range []struct {
		name   string
		meter  httpapi.RequestMeter
		tracer trace.TracerProvider
	}{
		{"bare", nil, nil}, {"metrics", metrics.New(metrics.Options{}), nil},
		{"metrics and traces", metrics.New(metrics.Options{}), batched},
	} {
		b.Run(c.name, func(b *testing.B) {
			edge, err := httpapi.New(httpapi.UseCases{Tickets: s}, httpapi.Options{
				Clock: ports.ClockFunc(time.Now), Log: log, Meter: c.meter, Tracer: c.tracer,
			})
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				res := httptest.NewRecorder()
				edge.ServeHTTP(res, httptest.NewRequest(http.MethodGet, "/tickets/1", http.NoBody))
				require.Equal(b, http.StatusOK, res.Code)
			}
		})
	}
}
