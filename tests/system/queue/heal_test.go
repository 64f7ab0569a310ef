package queue_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
)

// ticketCalls are the calls for tickets, without those that only ask whether the model answers.
func ticketCalls(p *plant) int {
	return p.model.Calls() - p.model.CallsOf("Hello", "This is a test. Thank you.")
}

func TestFallbacksHealInQueueMode(t *testing.T) {
	t.Parallel()
	const tickets = 30
	p := newPlant(t)
	p.model.Behave(modelserver.Status(http.StatusUnauthorized))
	server := p.serve()
	for range 2 {
		p.work(env{"WORKER_CONCURRENCY": "20"})
	}
	p.seed(tickets)
	p.eventually("every ticket falls back with a letter", patience, func() bool {
		return p.length(deadStream) == tickets
	})
	require.Equal(t, tickets, p.fallbacks())
	server.Edit(t, 1, client.TicketEdit{Category: new(client.CategoryTechnical)})

	p.model.Behave(modelserver.Right())
	for n := 1; p.fallbacks() > 0; n++ { // new tickets show each worker that the model answers
		p.post(server, fmt.Sprintf("New %d", n))
		p.eventually("new tickets are done", patience, func() bool {
			return p.count(`tickets WHERE ai_status = 'pending'`) == 0
		})
	}
	made := p.count(`tickets`)
	p.allDone(made, patience)
	require.Equal(t, tickets+made-1, ticketCalls(p), "none was paid twice, and the corrected one not at all")
	require.Equal(
		t, tickets-1, p.count(`classifications WHERE round = 2 AND source = 'model' AND error_code = ''`))
	require.Equal(t, 1, p.count(`tickets WHERE id = 1 AND classified_by = 'human' AND category = 'technical'`))

	require.Equal(t, tickets, p.length(deadStream), "healing writes no letter")
	status, out, complaint := p.command("dead", "replay", "--all")
	require.Zero(t, status, complaint)
	require.Contains(t, out, "30")
	require.Equal(t, tickets+made-1, ticketCalls(p), "and leaves nothing to replay")
}
