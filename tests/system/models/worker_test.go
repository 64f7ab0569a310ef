package models_test

import (
	"maps"
	"testing"

	"ticketd/tests/support/modelserver/dialects"
	"ticketd/tests/support/process"
	"ticketd/tests/support/testenv"
)

// TestEveryServerBehindAWorker lets one server queue the tickets and one worker after the other classify
// them, each with its model.
func TestEveryServerBehindAWorker(t *testing.T) {
	t.Parallel()
	queue := plain(t)
	queue["USE_QUEUE"], queue["REDIS_URL"] = "true", testenv.Redis(t)
	p := serve(t, queue)
	for _, d := range dialects.All() {
		t.Run(d.Name, func(t *testing.T) {
			server := d.Start(t)
			settings := d.Environment(server)
			maps.Copy(settings, queue)
			settings["AI_TIMEOUT_MS"] = "8000"
			delete(settings, "PORT")
			worker := process.Start(t, settings, "worker")
			defer worker.Kill() // the next worker must not share the tickets with it

			before := read(server)
			requireRight(t, d, p.settled(t, p.post(t, title, description).Id))
			requireLearnt(t, d, before)

			before = read(server)
			requireRight(t, d, p.settled(t, p.post(t, title, "I paid twice in June.").Id))
			requireOneCall(t, before)
		})
	}
}
