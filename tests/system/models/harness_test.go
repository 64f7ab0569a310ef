// Package models_test runs the whole program against every server of the catalogue: what it takes until the
// first verdict, and what each kind of trouble does to a ticket.
package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/modelserver/dialects"
	"ticketd/tests/support/parallel"
	"ticketd/tests/support/system"
)

// timeout is what a ticket waits for a server that never answers.
const timeout = 2500 * time.Millisecond

func TestMain(m *testing.M) { parallel.Main(m) }

type env = system.Env

// each runs a test for each of the servers, on its own and in parallel.
func each(t *testing.T, servers []dialects.Dialect, test func(t *testing.T, d dialects.Dialect)) {
	t.Helper()
	for _, d := range servers {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			test(t, d)
		})
	}
}

// plain are settings that keep the program from calls of its own.
func plain() env { return system.Join(system.Timeout(timeout), env{"AI_HEAL": "false"}) }

func serve(t *testing.T, settings ...env) *system.Server {
	t.Helper()
	return system.Serve(t, plain(), system.Join(settings...))
}

// requireRight wants the model's verdict on "Urgent: refund my invoice", with the confidence that the
// server's answers give.
func requireRight(t *testing.T, d dialects.Dialect, got client.Ticket) {
	t.Helper()
	require.Equal(t, client.AIStatusDone, got.AiStatus)
	require.Equal(t, client.SourceModel, got.ClassifiedBy.MustGet())
	require.Equal(t, client.CategoryBilling, got.Category.MustGet())
	require.Equal(t, client.PriorityHigh, got.Priority.MustGet())
	switch d.Confidence {
	case dialects.ByTokens:
		require.InDelta(t, 0.97, got.AiConfidence.MustGet(), 0.005, "by the tokens")
	case dialects.ByModel:
		require.InDelta(t, 0.9, got.AiConfidence.MustGet(), 0, "the model's own figure")
	default:
		require.True(t, got.AiConfidence.IsNull(), "nobody knows it")
	}
}

// meter tells what a ticket cost.
type meter struct {
	server     *modelserver.Server
	paid, hits int
}

func read(s *modelserver.Server) meter { return meter{s, s.Paid(), s.Hits()} }

// since are the paid and the refused calls after the reading.
func (m meter) since() (paid, refused int) {
	paid = m.server.Paid() - m.paid
	return paid, m.server.Hits() - m.hits - paid
}

// requireLearnt wants the first ticket to have found out what the server takes, for the price of one verdict.
func requireLearnt(t *testing.T, d dialects.Dialect, before meter) {
	t.Helper()
	paid, refused := before.since()
	require.Equal(t, d.FirstPaid(), paid, "paid calls of the first ticket")
	require.LessOrEqual(t, refused, d.Refused, "refused calls of the first ticket")
}

// requireOneCall wants a ticket to have cost one call that the server took.
func requireOneCall(t *testing.T, before meter) {
	t.Helper()
	paid, refused := before.since()
	require.Equal(t, []int{1, 0}, []int{paid, refused}, "paid and refused calls of a later ticket")
}
