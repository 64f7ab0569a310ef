package queue_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
)

func TestReclassifyInQueueMode(t *testing.T) {
	t.Parallel()
	const tickets = 12
	p := newPlant(t)
	p.model.Behave(modelserver.Status(401))
	p.work(env{"AI_HEAL": "false"}) // the commands shall heal
	p.seed(tickets)
	p.eventually("every ticket falls back", patience, func() bool { return p.fallbacks() == tickets })
	p.model.Behave(modelserver.Right())

	for _, c := range []struct {
		args  []string
		says  string
		heals int
	}{
		{[]string{"--ai-status", "fallback", "--dry-run"}, "12 tickets would be classified again", 0},
		{[]string{"--since", "0s"}, "0 classified, 0 still pending", 0},
		{
			[]string{"--ai-status", "fallback", "--limit", "5"},
			"0 classified, 5 still pending, 0 fallback again, 0 failed", 5,
		},
		{[]string{"--since", time.Now().Add(-time.Hour).Format(time.RFC3339)}, "7 still pending", tickets},
		{nil, "0 classified, 0 still pending, 0 fallback again, 0 failed", tickets},
	} {
		status, out, complaint := p.command(append([]string{"reclassify"}, c.args...)...)
		require.Zero(t, status, complaint)
		require.Contains(t, out, c.says)
		p.eventually("they are healed", patience, func() bool { return p.done() == c.heals })
	}
	require.Zero(t, p.fallbacks())
	require.Equal(t, 2*tickets, p.model.Calls())
	status, _, complaint := p.command("reclassify", "--since", "yesterday")
	require.Equal(t, 1, status)
	require.Contains(t, complaint, "--since")
}

func TestReclassifyInSynchronousMode(t *testing.T) {
	t.Parallel()
	const tickets = 8
	p := newPlant(t)
	p.model.Behave(modelserver.Status(401))
	sync := env{"USE_QUEUE": "false", "REDIS_URL": "", "DB_URL": system.SQLite(t)}
	server := p.serve(sync)
	for i := range tickets {
		require.Equal(t, client.AIStatusFallback, server.Post(t, fmt.Sprintf("Ticket %d", i)).AiStatus)
	}
	reclassify := func(args ...string) string {
		t.Helper()
		args = append([]string{"reclassify", "--ai-status", "fallback"}, args...)
		status, out, complaint := system.Run(t, p.settings(sync), args...)
		require.Zero(t, status, complaint)
		return out
	}
	require.Contains(t, reclassify("--dry-run"), "8 tickets would be classified again")
	require.Contains(t, reclassify("--limit", "3"), "0 classified, 0 still pending, 3 fallback again, 0 failed")
	p.model.Behave(modelserver.Right())
	require.Contains(t, reclassify("--limit", "3"), "3 classified, 0 still pending, 0 fallback again, 0 failed")
	require.Contains(t, reclassify(), "5 classified")
	require.Equal(t, client.AIStatusDone, server.Ticket(t, 1).AiStatus)
}

// classifyAgain asks for another classification and wants this answer.
func classifyAgain(t *testing.T, s *system.Server, id int64, status int) (answered client.Ticket) {
	t.Helper()
	text := s.Do(t, status, http.MethodPost, fmt.Sprintf("/tickets/%d/classify", id), "")
	require.NoError(t, json.Unmarshal([]byte(text), &answered))
	return answered
}

func TestClassifyAgainOverHTTP(t *testing.T) {
	t.Parallel()

	t.Run("in synchronous mode the answer is the verdict", func(t *testing.T) {
		t.Parallel()
		p := newPlant(t)
		server := p.serve(env{"USE_QUEUE": "false", "REDIS_URL": ""})
		created := server.Post(t, "A refund")
		require.Equal(t, client.CategoryBilling, created.Category.MustGet())
		p.model.JudgeBy(modelserver.Always(modelserver.Verdict{Category: "technical", Priority: "low",
			Confidence: 0.9, PriorityConfidence: 0.9}))
		again := classifyAgain(t, server, created.Id, http.StatusOK)
		require.Equal(t, client.CategoryTechnical, again.Category.MustGet())
	})

	t.Run("in queue mode the answer is the pending ticket, and asking twice costs one call", func(t *testing.T) {
		t.Parallel()
		p := newPlant(t)
		server := p.serve()
		id := p.post(server, "A refund")
		worker := p.work()
		p.allDone(1, patience)
		require.Zero(t, worker.Terminate(patience))
		for range 3 {
			again := classifyAgain(t, server, id, http.StatusAccepted)
			require.Equal(t, client.AIStatusPending, again.AiStatus)
			require.Equal(t, client.CategoryBilling, again.Category.MustGet(),
				"the labels stay until the answer comes")
		}
		p.work()
		p.allDone(1, patience)
		require.Equal(t, 2, p.model.Calls())
		server.Do(t, http.StatusNotFound, http.MethodPost, "/tickets/999/classify", "")
	})
}
