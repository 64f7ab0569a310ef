package redisstream_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	library "github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/redisstream"
	"ticketd/domain"
	"ticketd/tests/support/testenv"
)

// traces is a handler that remembers the trace of each event.
type traces struct {
	mu   sync.Mutex
	seen map[domain.TicketID]trace.SpanContext
}

func (h *traces) Take(ctx context.Context, id domain.TicketID) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen[id] = trace.SpanContextFromContext(ctx)
	return nil
}

func (h *traces) of(t *testing.T, id domain.TicketID) trace.SpanContext {
	t.Helper()
	eventually(t, "the event is handled", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		_, found := h.seen[id]
		return found
	})
	return h.seen[id]
}

func TestTheTraceTravelsWithTheEvent(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	url, h := testenv.Redis(t), &traces{seen: map[domain.TicketID]trace.SpanContext{}}
	r := open(t, url)
	s, err := redisstream.NewSubscriber(
		redisstream.Place{URL: url}, 2, redisstream.NewDeadLetters(newClient(t, url)), h.Take,
		slog.New(slog.DiscardHandler), redisstream.TracedBy(provider))
	require.NoError(t, err)
	start(t, s)
	p, err := redisstream.NewPublisher(redisstream.Place{URL: url}, redisstream.TracedBy(provider))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })

	ctx, request := provider.Tracer("test").Start(t.Context(), "request")
	require.NoError(t, p.Announce(ctx, ticket(t, 1, "Title", "Description")))
	request.End()
	require.Equal(t, request.SpanContext().TraceID(), h.of(t, 1).TraceID())

	add := func(id, metadata string) {
		values := map[string]any{"payload": `{"id":` + id + `}`}
		if metadata != "" {
			values["metadata"] = metadata
		}
		require.NoError(t, r.XAdd(t.Context(), &redis.XAddArgs{Stream: redisstream.Stream, Values: values}).Err())
	}
	packed := func(metadata map[string]string) string {
		m := message.NewMessage("", nil)
		m.Metadata = metadata
		fields, err := library.DefaultMarshallerUnmarshaller{}.Marshal("", m)
		require.NoError(t, err)
		return string(fields["metadata"].([]byte))
	}
	long := strings.Repeat("a", 100_000)
	for i, metadata := range []string{
		"", "garbage", packed(map[string]string{}), packed(map[string]string{
			"traceparent": "zanzibar", "tracestate": "\x00",
		}),
		packed(map[string]string{"traceparent": "00-00000000000000000000000000000000-0000000000000000-01"}),
		packed(map[string]string{"traceparent": long, "tracestate": long}),
	} {
		id := i + 2
		add(string(rune('0'+id)), metadata)
		own := h.of(t, domain.TicketID(id))
		require.True(t, own.IsValid(), "a trace of its own")
		require.NotEqual(t, request.SpanContext().TraceID(), own.TraceID())
	}
	add("9", packed(map[string]string{
		"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate": long,
	}))
	require.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", h.of(t, 9).TraceID().String(),
		"a state that cannot be read costs only itself")
	for _, s := range spans.Ended() {
		for _, kv := range s.Attributes() {
			require.NotContains(t, kv.Value.AsString(), "zanzibar")
		}
	}
}

func TestNobodyTraces(t *testing.T) {
	t.Parallel()
	url, h := testenv.Redis(t), &traces{seen: map[domain.TicketID]trace.SpanContext{}}
	subscribe(t, url, 1, h.Take)
	p, err := redisstream.NewPublisher(redisstream.Place{URL: url}, redisstream.TracedBy(nil))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	require.NoError(t, p.Announce(t.Context(), ticket(t, 1, "Title", "Description")))
	require.False(t, h.of(t, 1).IsValid())
}
