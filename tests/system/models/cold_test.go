package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/modelserver/dialects"
	"ticketd/tests/support/system"
)

// TestAServerThatLoadsItsModel has servers that are not ready when the first ticket comes.
func TestAServerThatLoadsItsModel(t *testing.T) {
	t.Parallel()
	named := map[string]dialects.Dialect{}
	for _, d := range dialects.All() {
		named[d.Name] = d
	}

	t.Run("one that starts again when a caller hangs up gets there", func(t *testing.T) {
		t.Parallel()
		d := named["ollama"]
		server := d.StartCold(t, 2*time.Second)
		p := serve(t, d.Environment(server), env{"AI_TIMEOUT_MS": "500", "AI_WARMUP_MS": "30000"})
		tried := 0
		require.Eventually(t, func() bool {
			tried++
			made := p.Create(t, title, fmt.Sprintf("Try %d.", tried))
			return made.AiStatus == client.AIStatusDone
		}, system.Patience, time.Millisecond)
		before := read(server)
		requireRight(t, d, p.Create(t, title, description))
		requireOneCall(t, before)
	})

	t.Run("one that says so is asked again within the ticket's time", func(t *testing.T) {
		t.Parallel()
		d := named["llama.cpp"]
		server := d.Start(t)
		loading := d.Troubles[0]
		require.Equal(t, "loading", loading.Name)
		server.BehaveFor(title, modelserver.FailFirst(1,
			func(modelserver.Call) modelserver.Reply { return loading.Reply }, d.Behave))
		p := serve(t, d.Environment(server), env{"AI_TIMEOUT_MS": "8000"})
		before := read(server)
		requireRight(t, d, p.Create(t, title, description))
		paid, refused := before.since()
		require.Equal(t, []int{1, 1}, []int{paid, refused})
	})
}
