package models_test

import (
	"testing"
	"time"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver/dialects"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// TestEveryServerBehindAWorker lets one server queue the tickets and one worker after the other classify
// them, each with its model.
func TestEveryServerBehindAWorker(t *testing.T) {
	t.Parallel()
	queue := system.Join(plain(), system.On(system.SQLite(t)), system.Queue(testenv.Redis(t)))
	p := system.Serve(t, queue)
	for _, d := range dialects.All() {
		t.Run(d.Name, func(t *testing.T) {
			server := d.Start(t)
			worker := system.Work(t, d.Environment(server), queue, system.Timeout(8*time.Second))
			defer worker.Kill() // the next worker must not share the tickets with it
			settled := func(description string) client.Ticket {
				return p.Settled(t, p.Create(t, title, description).Id, system.Patience)
			}

			before := read(server)
			requireRight(t, d, settled(description))
			requireLearnt(t, d, before)

			before = read(server)
			requireRight(t, d, settled("I paid twice in June."))
			requireOneCall(t, before)
		})
	}
}
