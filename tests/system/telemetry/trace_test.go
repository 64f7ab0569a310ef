package telemetry_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// The trace that the client began.
const traceID = "4bf92f3577b34da6a3ce929d0e0e4736"

const ticket = `{"title":"Refund my zanzibar invoice","description":"wombat@example.com was charged twice"}`

func TestOneTraceFromTheRequestToTheSavedVerdict(t *testing.T) {
	t.Parallel()
	t.Run("through the queue", func(t *testing.T) {
		t.Parallel()
		system.OnEveryStore(t, func(t *testing.T, fresh func(*testing.T) string) {
			dbURL, redisURL, m, spans := fresh(t), testenv.Redis(t), modelserver.New(t), newCollector()
			server, api := serve(t, dbURL, redisURL, m, spans)
			worker := work(t, dbURL, redisURL, m, spans)
			require.Equal(t, client.AIStatusDone, api.Settled(t, post(t, api, traceID).Id, patience).AiStatus)
			server.end()
			worker.end()

			all := spans.of(traceID)
			const request, event = "POST /tickets > CreateTicket",
				"POST /tickets > CreateTicket > send classify > process classify"
			require.Subset(t, all.paths(), []string{
				"POST /tickets", request, request + " > SELECT users", request + " > INSERT tickets",
				request + " > send classify",
				event, event + " > UPDATE tickets", event + " > chat " + model,
			})
			verdict := all.named(t, "chat "+model)
			saved := 0
			for _, s := range all {
				if s.Name == "UPDATE tickets" && s.StartTime.After(verdict.EndTime) {
					saved++
				}
			}
			require.Equal(t, 1, saved, "the verdict is saved after the call, in the same trace")
			requireKinds(t, all)
			requireNothingPrivate(t, all)
			requireTracedLines(t, worker.text(), 1) // the end of the classification
		})
	})

	t.Run("within the request", func(t *testing.T) {
		t.Parallel()
		system.OnEveryStore(t, func(t *testing.T, fresh func(*testing.T) string) {
			m, spans := modelserver.New(t), newCollector()
			m.Behave(modelserver.FailFirst(1, modelserver.Status(http.StatusInternalServerError), modelserver.Right()))
			server, api := serve(t, fresh(t), "", m, spans)
			require.Equal(t, client.AIStatusDone, post(t, api, traceID).AiStatus)
			server.end()

			all := spans.of(traceID)
			const request = "POST /tickets > CreateTicket"
			require.ElementsMatch(t, []string{
				"POST /tickets", request, request + " > SELECT users", request + " > INSERT tickets",
				request + " > chat " + model, request + " > UPDATE tickets",
			}, withoutTransactions(all.paths()))
			requireNothingPrivate(t, all)
			requireTracedLines(t, server.text(), 2) // the failed attempt and the request
		})
	})
}

// withoutTransactions leaves out what only one engine needs.
func withoutTransactions(paths []string) []string {
	var list []string
	for _, p := range paths {
		last := p[strings.LastIndex(p, "> ")+1:]
		ofOne := func(word string) bool { return strings.Contains(last, word) }
		if !slices.ContainsFunc([]string{"tx", "classifications", "ticket_words", "events"}, ofOne) {
			list = append(list, p)
		}
	}
	return list
}

func requireKinds(t *testing.T, all family) {
	t.Helper()
	for name, kind := range map[string]trace.SpanKind{
		"POST /tickets": trace.SpanKindServer, "CreateTicket": trace.SpanKindInternal,
		"INSERT tickets": trace.SpanKindClient,
		"send classify":  trace.SpanKindProducer, "process classify": trace.SpanKindConsumer,
		"chat " + model: trace.SpanKindClient,
	} {
		require.Equal(t, kind, all.named(t, name).SpanKind, name)
	}
}

// requireNothingPrivate looks through all that the spans have, for the ticket's words, the model's answer and
// the key.
func requireNothingPrivate(t *testing.T, all family) {
	t.Helper()
	text, err := json.Marshal(all)
	require.NoError(t, err)
	for _, s := range all {
		text = fmt.Append(text, attributes(s), s.Events)
	}
	for _, word := range []string{"zanzibar", "wombat", "charged", modelserver.Key, "127.0.0.1:"} {
		require.NotContains(t, strings.ToLower(string(text)), strings.ToLower(word))
	}
}

// requireTracedLines wants so many lines of the log to be in the client's trace.
func requireTracedLines(t *testing.T, log string, n int) {
	t.Helper()
	require.Equal(t, n, strings.Count(log, `"trace_id":"`+traceID+`","span_id":"`), log)
}

func TestTheSpanOfAModelsCall(t *testing.T) {
	t.Parallel()
	m, spans := modelserver.New(t), newCollector()
	server, api := serve(t, system.SQLite(t), "", m, spans)
	post(t, api, traceID)
	m.Behave(modelserver.Status(http.StatusUnauthorized))
	const refused = "0123456789abcdef0123456789abcdef"
	post(t, api, refused)
	server.end()

	span := spans.of(traceID).named(t, "chat "+model)
	got := attributes(span)
	for key, want := range map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": model,
		"gen_ai.response.model":          model + "-imitation",
		"gen_ai.response.finish_reasons": []string{"stop"}, "server.address": "127.0.0.1",
	} {
		require.Equal(t, want, got[key], key)
	}
	for _, key := range []string{
		"gen_ai.response.id", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "server.port",
	} {
		require.NotZero(t, got[key], key)
	}
	require.NotContains(t, got, "error.type")

	failed := spans.of(refused).named(t, "chat "+model)
	require.Equal(t, codes.Error, failed.Status.Code)
	require.Equal(t, "classifier_key", attributes(failed)["error.type"])
	require.NotContains(t, attributes(failed), "gen_ai.response.model")
}

func TestSpansOfRequests(t *testing.T) {
	t.Parallel()
	spans := newCollector()
	server, api := serve(t, system.SQLite(t), "", modelserver.New(t), spans)
	for _, path := range []string{
		"/healthz", "/metrics", "/readyz", "/wombat", "/tickets/zanzibar", "/tickets/77?wombat=1",
	} {
		_, _, err := api.Ask(t.Context(), http.MethodGet, path, "", "Traceparent", "zanzibar")
		require.NoError(t, err)
	}
	server.end()
	var roots []string
	for _, s := range spans.GetSpans() {
		if !s.Parent.IsValid() {
			roots = append(roots, fmt.Sprint(s.Name, " ", attributes(s)["http.response.status_code"]))
			require.Equal(t, "ticketd", s.Resource.Attributes()[0].Value.AsString())
		}
	}
	require.Equal(t, []string{"GET 404", "GET /tickets/:id 400", "GET /tickets/:id 400"}, roots,
		"no probe and no sweep makes a span")
	requireNothingPrivate(t, family(spans.GetSpans()))
}
