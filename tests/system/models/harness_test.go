package models_test

import (
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/contract"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/modelserver/dialects"
	"ticketd/tests/support/process"
)

const (
	// patience bounds every wait for something that comes soon on an idle machine.
	patience = 60 * time.Second
	// timeout is AI_TIMEOUT_MS: what a ticket waits for a server that never answers.
	timeout = "2500"
)

type env = map[string]string

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

// plain are settings that keep the program from calls and delays of its own.
func plain(t *testing.T) env {
	t.Helper()
	return env{
		"PORT": "0", "RATE_LIMIT_MAX_REQUESTS": "0", "AI_TIMEOUT_MS": timeout, "AI_WARMUP_MS": "0",
		"AI_HEAL": "false",
		"DB_URL":  "sqlite://" + filepath.Join(t.TempDir(), "tickets.db"),
	}
}

// program is a running server and a client that checks its answers against openapi.yaml.
type program struct {
	*process.Process
	*client.ClientWithResponses
}

func serve(t *testing.T, settings ...env) program {
	t.Helper()
	all := plain(t)
	for _, s := range settings {
		maps.Copy(all, s)
	}
	p := process.Start(t, all)
	return program{p, contract.Client(t, p.URL())}
}

// post creates a ticket.
func (p program) post(t *testing.T, title, description string) client.Ticket {
	t.Helper()
	res, err := p.CreateTicketWithResponse(t.Context(), nil, client.NewTicket{Title: title,
		Description: description})
	require.NoError(t, err)
	require.NotNil(t, res.JSON201, "%s", res.Body)
	return *res.JSON201
}

// settled waits until a ticket is not pending any more.
func (p program) settled(t *testing.T, id int64) client.Ticket {
	t.Helper()
	var last client.Ticket
	ended := assert.Eventually(t, func() bool {
		res, err := p.GetTicketWithResponse(t.Context(), id)
		if err != nil || res.JSON200 == nil {
			return false
		}
		last = *res.JSON200
		return last.AiStatus != client.AIStatusPending
	}, patience, 20*time.Millisecond)
	require.True(t, ended, "%+v\n%s", last, p.Log())
	return last
}

// record reads the classifications of a ticket, oldest first.
func (p program) record(t *testing.T, id int64) []client.Classification {
	t.Helper()
	res, err := p.ListClassificationsWithResponse(t.Context(), id, &client.ListClassificationsParams{})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	var oldestFirst []client.Classification
	for i := range res.JSON200.Data {
		oldestFirst = append(oldestFirst, res.JSON200.Data[len(res.JSON200.Data)-1-i])
	}
	return oldestFirst
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
