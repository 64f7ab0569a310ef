package models_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/modelserver/dialects"
	"ticketd/tests/support/system"
)

const (
	title       = "Urgent: refund my invoice"
	description = "I paid twice in May."
)

// TestEveryServer creates tickets in synchronous mode.
func TestEveryServer(t *testing.T) {
	t.Parallel()
	each(t, dialects.All(), func(t *testing.T, d dialects.Dialect) {
		server := d.Start(t)
		p := serve(t, d.Environment(server))

		before := read(server)
		requireRight(t, d, p.Create(t, title, description))
		requireLearnt(t, d, before)

		before = read(server)
		requireRight(t, d, p.Create(t, title, "I paid twice in June."))
		requireOneCall(t, before)
		learnt := parameters(t, server)

		troubled(t, d, server, p)

		before = read(server)
		requireRight(t, d, p.Create(t, title, "I paid twice in July."))
		requireOneCall(t, before)
		require.Equal(t, learnt, parameters(t, server), "no trouble changes what the server is asked for")
	})
}

// troubled meets every trouble of the server at once, each with a ticket of its own.
func troubled(t *testing.T, d dialects.Dialect, server *modelserver.Server, p *system.Server) {
	t.Helper()
	var all sync.WaitGroup
	made := make([]client.Ticket, len(d.Troubles))
	for i, trouble := range d.Troubles {
		name := "Refund, with a server in trouble: " + trouble.Name
		server.BehaveFor(name, func(modelserver.Call) modelserver.Reply { return trouble.Reply })
		all.Go(func() { made[i] = p.Create(t, name, description) })
	}
	all.Wait()
	for i, trouble := range d.Troubles {
		require.Equal(t, client.AIStatusFallback, made[i].AiStatus, trouble.Name)
		record := p.Record(t, made[i].Id)
		require.Equal(t, trouble.Code, record[0].Error.MustGet(), trouble.Name)
		if trouble.Code == "answer_refused" {
			require.Len(t, record, 1, "a refusal is not paid twice: %s", trouble.Name)
		}
		require.NotContains(t, p.Log(), modelserver.Key)
	}
}

// parameters are those of the last call, without what it says.
func parameters(t *testing.T, server *modelserver.Server) map[string]any {
	t.Helper()
	calls := server.Requests()
	var sent map[string]any
	require.NoError(t, json.Unmarshal(calls[len(calls)-1].Call.Request.Raw, &sent))
	sent["messages"] = len(sent["messages"].([]any))
	return sent
}

// TestASmallContext takes the longest ticket to the servers that have room for less.
func TestASmallContext(t *testing.T) {
	t.Parallel()
	bounded := slices.DeleteFunc(dialects.All(), func(d dialects.Dialect) bool { return d.Context == 0 })
	require.NotEmpty(t, bounded)
	each(t, bounded, func(t *testing.T, d dialects.Dialect) {
		server := d.Start(t)
		p := serve(t, d.Environment(server))
		story := strings.Repeat("I have written about this before. ", 580) + "It is urgent."

		before := read(server)
		made := p.Create(t, "Refund my invoice", story)
		requireRight(t, d, made)
		paid, _ := before.since()
		require.Equal(t, d.FirstPaid(), paid)
		if tokens := len(story) / 4; tokens > d.Context {
			record := p.Record(t, made.Id)
			require.Contains(t, record[len(record)-1].Reason.MustGet(), "shortened",
				"the record says that the model has not read it all")
		}

		// How much fits is known by now; the size of the answer may be tried once more.
		for _, later := range []client.NewTicket{
			{Title: "Refund my invoice", Description: "Again. " + story}, {Title: title, Description: description},
		} {
			before = read(server)
			requireRight(t, d, p.Create(t, later.Title, later.Description))
			paid, refused := before.since()
			require.Equal(t, 1, paid)
			require.LessOrEqual(t, refused, 1)
		}
	})
}
