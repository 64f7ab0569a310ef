//go:build cluster

package cluster_test

import (
	"net"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
)

var (
	failures = regexp.MustCompile(
		`ticketd_classification_attempts_total\{[^}]*error_code="classifier_timeout"[^}]*\} [1-9]`)
	unsent = regexp.MustCompile(`ticketd_trace_exports_failed_total [1-9]`)
)

// hushed is how long servers say nothing, which is longer than the program waits for anything.
const hushed = time.Minute

// A model's server, a Redis and a collector of traces that all take connections and then say nothing hold
// nobody up for longer than AI_TIMEOUT_MS and a stop's two seconds, lose nothing, and are told in the
// metrics.
func TestServersThatFallSilent(t *testing.T) {
	t.Parallel()
	const tickets = 40
	deaf, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, deaf.Close()) })
	c := newCrew(t, testenvPostgres(t))
	ways := []*gate{newGate(t, c.model.URL()), newGate(t, c.redis.URL())}
	c.model.Behave(modelserver.Slow(200*time.Millisecond, 0.5, modelserver.Right()))
	worker := c.work(system.Timeout(4*time.Second), system.Env{
		"OPENAI_BASE_URL": ways[0].url, "REDIS_URL": ways[1].url,
		"OTEL_EXPORTER_OTLP_ENDPOINT": "http://" + deaf.Addr().String(),
		"OTEL_BSP_SCHEDULE_DELAY":     "20", "WORKER_PORT": "0",
	})
	c.seed(tickets)
	c.eventually("some are done", func() bool {
		return system.Count(t, c.db, `tickets WHERE ai_status = 'done'`) > slots
	})
	for _, way := range ways {
		way.hush()
	}
	c.seed(tickets)
	time.Sleep(hushed)
	for _, way := range ways {
		way.speak()
	}
	c.done(2 * tickets) // a fallback heals
	require.Equal(t, 2*tickets, system.Count(t, c.db, `tickets`))
	probes := system.UncheckedAPI(t, system.WorkerURL(worker))
	require.Eventually(t, func() bool {
		_, metrics := probes.Get(t, "/metrics")
		return failures.MatchString(metrics) && unsent.MatchString(metrics)
	}, system.Patience, time.Second)
	began := time.Now()
	require.Zero(t, worker.Terminate(system.Patience))
	require.Less(t, time.Since(began), slack, "the collector does not delay the stop")
}
