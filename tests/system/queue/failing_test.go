package queue_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

func TestModelThatFailsTheFirstTwoCalls(t *testing.T) {
	t.Parallel()
	const tickets = 40
	p := newPlant(t)
	p.model.Behave(modelserver.FailFirst(2, modelserver.Status(500), modelserver.Right()))
	p.work()
	p.seed(tickets)
	p.allDone(tickets, patience)
	require.Equal(t, 3*tickets, p.model.Calls())
	require.Zero(t, p.length(deadStream))
}

func TestModelThatAlwaysFails(t *testing.T) {
	t.Parallel()
	const tickets, attempts = 12, 2
	p := newPlant(t)
	p.model.Behave(modelserver.Status(500))
	server := p.serve()
	p.work(env{"WORKER_MAX_ATTEMPTS": fmt.Sprint(attempts), "AI_HEAL": "false"}) // the commands shall heal
	p.postMany(server, tickets)
	p.eventually("every ticket falls back", patience, func() bool {
		return p.fallbacks() == tickets && p.length(deadStream) == tickets
	})
	for i := range tickets {
		require.Equal(t, attempts, p.model.CallsOf(fmt.Sprintf("Ticket %d", i), system.Description))
	}
	fallen := server.Ticket(t, 1)
	require.Equal(t, client.CategoryGeneral, fallen.Category.MustGet())
	require.Zero(t, fallen.AiConfidence.MustGet())

	status, out, _ := p.command("dead", "list")
	require.Zero(t, status)
	dead := letters(t, out)
	require.Len(t, dead, tickets)
	for _, l := range dead {
		require.Equal(t, "classifier_unavailable", l.Cause)
		require.Equal(t, attempts, l.Attempts)
	}
	p.showsDead(dead[3])
	status, out, _ = p.command("dead", "replay", "--since", "1h", "--dry-run")
	require.Zero(t, status)
	require.Contains(t, out, fmt.Sprintf("%d would be handed to the workers", tickets))
	require.Equal(t, tickets, p.fallbacks())

	p.model.Behave(modelserver.Right())
	status, out, _ = p.command("dead", "replay", dead[3].ID)
	require.Zero(t, status)
	require.Contains(t, out, "1 handed to the workers")
	p.eventually("it is done", patience, func() bool { return p.done() == 1 })
	status, _, complaint := p.command("dead", "replay", dead[3].ID)
	require.Equal(t, 1, status)
	require.Contains(t, complaint, "dead letter not found")
	status, out, _ = p.command("dead", "replay", "--all")
	require.Zero(t, status)
	require.Contains(t, out, fmt.Sprintf("%d handed to the workers, 0 needed nothing any more, 0 refused",
		tickets-1))
	p.allDone(tickets, patience)
	require.Zero(t, p.length(deadStream))
	require.Equal(t, (attempts+1)*tickets, p.model.Calls())
}

// showsDead shows a letter of a ticket that fell back after two attempts, and shows it again without the
// database and without the ticket.
func (p *plant) showsDead(l letter) {
	p.t.Helper()
	show := func(more ...env) (found shownLetter, all string) {
		status, out, complaint := system.Run(p.t, p.settings(more...), "dead", "show", l.ID)
		require.Zero(p.t, status, complaint)
		require.NoError(p.t, json.Unmarshal([]byte(out), &found))
		require.Equal(p.t, l, found.letter)
		return found, out
	}
	found, out := show()
	require.Equal(p.t, l.Ticket, found.Event.ID)
	require.Equal(p.t, system.Description, found.Event.Description)
	require.Len(p.t, found.Record, 2)
	for i, tried := range found.Record {
		require.Equal(p.t, i+1, tried.Attempt, out)
		require.Equal(p.t, "classifier_unavailable", tried.Error)
	}
	require.Equal(p.t, map[string]any{
		"status": "open", "ai_status": "fallback", "category": "general", "priority": "medium",
		"classified_by": "fallback",
	}, found.Now)

	nowhere := filepath.Join(p.t.TempDir(), "none.db")
	found, _ = show(env{"DB_URL": "sqlite://" + nowhere})
	require.Contains(p.t, found.Now["unknown"], "is not there")
	require.NoFileExists(p.t, nowhere)
	found, _ = show(env{"DB_URL": "postgres://127.0.0.1:1/nowhere"})
	require.Contains(p.t, found.Now["unknown"], "DB_URL")
	require.Zero(p.t, found.Event.ID)
	found, _ = show(system.On(testenv.Postgres(p.t)))
	require.Contains(p.t, found.Now["unknown"], "no ticketd has stored anything")
	other := newPlant(p.t)
	found, _ = show(system.On(other.dbURL))
	require.Equal(p.t, map[string]any{"deleted": true}, found.Now)
}

// shownLetter is what dead show says.
type shownLetter struct {
	letter
	Event struct {
		ID          int64  `json:"id"`
		Description string `json:"description"`
	} `json:"event"`
	Record []struct {
		Attempt int    `json:"attempt"`
		Error   string `json:"error"`
	} `json:"record"`
	Now map[string]any `json:"now"`
}

func TestModelThatRefusesTheKey(t *testing.T) {
	t.Parallel()
	const tickets = 10
	p := newPlant(t)
	p.work(env{"OPENAI_API_KEY": "sk-wrong"})
	p.seed(tickets)
	p.eventually("every ticket falls back at once", patience, func() bool {
		return p.fallbacks() == tickets && p.length(deadStream) == tickets
	})
	require.Equal(t, tickets, p.model.Hits())
	require.Zero(t, p.count(`classifications WHERE attempt <> 1 OR error_code <> 'classifier_key'`))
	_, out, _ := p.command("dead", "list")
	for _, l := range letters(t, out) {
		require.Equal(t, "classifier_key", l.Cause)
	}
	require.NotContains(t, out, "sk-wrong")
}

func TestModelThatAnswers429ToEverything(t *testing.T) {
	t.Parallel()
	const tickets = 60
	p := newPlant(t)
	p.model.Behave(modelserver.Throttled("Retry-After", "1"))
	p.work(env{"WORKER_CONCURRENCY": "16", "WORKER_MAX_ATTEMPTS": "1"})
	p.seed(tickets)
	p.eventually("the worker tries now and then", patience, func() bool { return p.model.Calls() >= 6 })
	require.Less(t, p.model.Calls(), tickets/2, "it pauses as a whole")
	p.model.Behave(modelserver.Right())
	p.allDone(tickets, patience)
	require.Zero(t, p.count(`classifications WHERE attempt <> 1`), "no attempt was counted")
	require.Zero(t, p.length(deadStream))
	require.Equal(t, tickets, p.model.Paid())
}

func TestModelThatHangs(t *testing.T) {
	t.Parallel()
	const tickets = 20
	p := newPlant(t)
	p.model.Behave(modelserver.FailFirst(1, modelserver.Slow(time.Hour, 0, modelserver.Right()),
		modelserver.Right()))
	p.work(env{"AI_TIMEOUT_MS": "1000", "WORKER_CONCURRENCY": "20"})
	p.seed(tickets)
	p.allDone(tickets, patience)
	require.Equal(t, 2*tickets, p.model.Calls())
}
