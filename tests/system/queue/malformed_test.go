package queue_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/system"
)

func TestMalformedEntriesUnderWork(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	server, worker := p.serve(), p.work()
	kinds := []map[string]any{
		{"colour": "blue"},
		{"payload": "no JSON \xff\x00"},
		{"payload": `{"title":"no id"}`},
		{"payload": `{"id":"1"}`},
		{"payload": `{"id":1}`, "version": "99"},
		{"payload": "[" + strings.Repeat("[", 1<<16), "metadata": "\xde\xff\xff", "_watermill_message_uuid": ""},
	}
	_, err := p.r.Pipelined(context.Background(), func(pipe redis.Pipeliner) error {
		for _, fields := range kinds {
			pipe.XAdd(context.Background(), &redis.XAddArgs{Stream: stream, Values: fields})
		}
		for range 1000 {
			pipe.XAdd(context.Background(), &redis.XAddArgs{Stream: stream,
				Values: map[string]any{"foreign": "entry"}})
		}
		return nil
	})
	require.NoError(t, err)
	p.post(server, "behind them")
	p.allDone(1, patience)
	p.eventually("all are buried", patience, func() bool {
		return p.length(deadStream) == 1006 && len(p.pending()) == 0
	})

	status, out, _ := p.command("dead", "list")
	require.Zero(t, status)
	require.Equal(t, 1006, strings.Count(out, `"cause":"malformed_event"`))
	id := p.letterWith("no JSON")
	status, out, _ = p.command("dead", "show", id)
	require.Zero(t, status)
	require.Contains(t, out, "no JSON")
	status, out, complaint := p.command("dead", "replay", id)
	require.Equal(t, 1, status)
	require.Contains(t, out, "1 refused")
	require.Contains(t, complaint, id+": the dead letter holds no readable event")
	require.Equal(t, 1006, p.length(deadStream), "it stays")
	status, out, complaint = p.command("dead", "replay", "--all")
	require.Zero(t, status, complaint)
	require.Contains(t, out, "0 handed to the workers, 0 needed nothing any more, 0 refused")
	require.Contains(t, complaint, "1006 letters name no ticket and were passed over")
	require.Equal(t, 1006, p.length(deadStream), "they stay")
	require.Equal(t, 1, p.model.Calls())

	status, out, _ = p.command("dead", "drop", id, "1-1")
	require.Equal(t, 1, status, "one is not there")
	require.Equal(t, "1 dropped\n", out)
	status, out, complaint = p.command("dead", "drop", "--malformed")
	require.Equal(t, 1, status)
	require.Empty(t, out)
	require.Contains(t, complaint, "it would be 1005 letters, and nobody can be asked here: add --yes")
	for _, c := range []struct{ flags, says string }{
		{"--malformed --dry-run", "1005 would be dropped\n"},
		{"--malformed --older-than 1h --yes", "0 dropped\n"},
		{"--malformed --yes", "1005 dropped\n"},
		{"--all", "0 dropped\n"},
	} {
		status, out, complaint = p.command(append([]string{"dead", "drop"}, strings.Fields(c.flags)...)...)
		require.Zero(t, status, complaint)
		require.Equal(t, c.says, out)
	}
	require.Zero(t, p.length(deadStream))
	require.Zero(t, worker.Terminate(patience))
}

// letterWith is the id of the dead letter whose event has the text.
func (p *plant) letterWith(text string) string {
	p.t.Helper()
	all, err := p.r.XRange(context.Background(), deadStream, "-", "+").Result()
	require.NoError(p.t, err)
	for _, e := range all {
		if strings.Contains(fmt.Sprint(e.Values["event"]), text) {
			return e.ID
		}
	}
	require.FailNow(p.t, "no such dead letter", text)
	return ""
}

func TestForgedEvents(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	server := p.serve()
	finished := p.post(server, "A crash")
	worker := p.work()
	p.allDone(1, patience)
	require.Zero(t, worker.Terminate(patience))

	const forged = `{"id":%d,"title":"Forged","description":"An urgent refund, at once."}`
	waiting := p.store(1)[0]
	for _, id := range []int64{finished, waiting, finished, 999_999} {
		p.add(p.r, fmt.Sprintf(forged, id))
	}
	p.work()
	p.allDone(2, patience)
	p.eventually("all events are handled", patience, func() bool { return len(p.pending()) == 0 })
	require.Equal(t, 2, p.model.Calls())
	require.Equal(t, 1, p.model.CallsOf("Ticket 1", system.Description), "the row's text counts")
	require.Zero(t, p.model.CallsOf("Forged", "An urgent refund, at once."))
	require.Zero(t, p.count(`tickets WHERE category = 'billing' OR priority = 'high'`))
	require.Zero(t, p.length(deadStream))
}

// letter is a line of dead list.
type letter struct {
	ID       string `json:"id"`
	Ticket   int64  `json:"ticket"`
	Cause    string `json:"cause"`
	Attempts int    `json:"attempts"`
}

func letters(t testing.TB, list string) []letter {
	t.Helper()
	var all []letter
	for line := range strings.Lines(list) {
		var l letter
		require.NoError(t, json.Unmarshal([]byte(line), &l), line)
		all = append(all, l)
	}
	return all
}
