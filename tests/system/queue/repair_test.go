package queue_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
)

func TestReclassifyInQueueMode(t *testing.T) {
	t.Parallel()
	const tickets = 12
	p := newPlant(t)
	p.model.Behave(modelserver.Status(401))
	p.work()
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
		{[]string{"--ai-status", "fallback", "--limit", "5"}, "0 classified, 5 still pending, 0 fallback again, 0 failed", 5},
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
	sync := env{"USE_QUEUE": "false", "REDIS_URL": "", "DB_URL": "sqlite://" + filepath.Join(t.TempDir(), "tickets.db")}
	server := process.Start(t, p.settings(sync), "serve")
	for i := range tickets {
		a, err := p.call(http.MethodPost, server.URL()+"/tickets", fmt.Sprintf(`{"title":"Ticket %d","description":"Please help."}`, i))
		require.NoError(t, err)
		require.Equal(t, "fallback", a.AIStatus)
	}
	reclassify := func(args ...string) string {
		t.Helper()
		c := process.Start(t, p.settings(sync), append([]string{"reclassify", "--ai-status", "fallback"}, args...)...)
		require.Zero(t, c.Wait(patience), c.Stderr())
		return c.Log()
	}
	require.Contains(t, reclassify("--dry-run"), "8 tickets would be classified again")
	require.Contains(t, reclassify("--limit", "3"), "0 classified, 0 still pending, 3 fallback again, 0 failed")
	p.model.Behave(modelserver.Right())
	require.Contains(t, reclassify("--limit", "3"), "3 classified, 0 still pending, 0 fallback again, 0 failed")
	require.Contains(t, reclassify(), "5 classified")
	a, err := p.call(http.MethodGet, server.URL()+"/tickets/1", "")
	require.NoError(t, err)
	require.Equal(t, "done", a.AIStatus)
}

func TestClassifyAgainOverHTTP(t *testing.T) {
	t.Parallel()

	t.Run("in synchronous mode the answer is the verdict", func(t *testing.T) {
		t.Parallel()
		p := newPlant(t)
		server := p.serve(env{"USE_QUEUE": "false", "REDIS_URL": ""})
		created, err := p.call(http.MethodPost, server.URL()+"/tickets", `{"title":"A refund","description":"Please."}`)
		require.NoError(t, err)
		require.Equal(t, "billing", created.Category)
		p.model.JudgeBy(modelserver.Always(modelserver.Verdict{Category: "technical", Priority: "low", Confidence: 0.9, PriorityConfidence: 0.9}))
		again, err := p.call(http.MethodPost, fmt.Sprintf("%s/tickets/%d/classify", server.URL(), created.ID), "")
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, again.status)
		require.Equal(t, "technical", again.Category)
	})

	t.Run("in queue mode the answer is the pending ticket, and asking twice costs one call", func(t *testing.T) {
		t.Parallel()
		p := newPlant(t)
		server := p.serve()
		id := p.post(server.URL(), "A refund")
		worker := p.work()
		p.allDone(1, patience)
		require.Zero(t, worker.Terminate(patience))
		for range 3 {
			again, err := p.call(http.MethodPost, fmt.Sprintf("%s/tickets/%d/classify", server.URL(), id), "")
			require.NoError(t, err)
			require.Equal(t, http.StatusAccepted, again.status)
			require.Equal(t, "pending", again.AIStatus)
			require.Equal(t, "billing", again.Category, "the labels stay until the answer comes")
		}
		p.work()
		p.allDone(1, patience)
		require.Equal(t, 2, p.model.Calls())
		missing, err := p.call(http.MethodPost, server.URL()+"/tickets/999/classify", "")
		require.NoError(t, err)
		require.Equal(t, http.StatusNotFound, missing.status)
	})
}
