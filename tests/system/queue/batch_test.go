package queue_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// promises are the answers that clients got.
type promises struct {
	mu   sync.Mutex
	said map[int64]client.AIStatus // by ticket
}

func (p *promises) note(made client.Ticket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.said[made.Id] = made.AiStatus
}

func (p *promises) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.said)
}

func TestPostgresKilledInTheMiddleOfBatches(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]env{
		"what was classified in the request is kept": {"USE_QUEUE": "false", "REDIS_URL": ""},
		"what waits for a worker is kept":            {},
		"the same without batches":                   {"DB_BATCH": "false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := testenv.PrivatePostgres(t, testenv.Durable())
			p := plantOn(t, database.URL())
			server := p.serve(settings)
			kept := &promises{said: map[int64]client.AIStatus{}}
			for round := range 3 {
				p.postUntilKilled(server, round, kept, database)
				database.Start()
			}
			p.allKept(kept)
			if settings["DB_BATCH"] != "false" {
				p.requireShared()
			}
		})
	}
}

// postUntilKilled has 32 clients create tickets, and kills the database after a hundred answers. A client
// stops at its first failure.
func (p *plant) postUntilKilled(s *system.Server, round int, kept *promises, database *testenv.Server) {
	p.t.Helper()
	enough := kept.count() + 100
	var clients sync.WaitGroup
	for c := range 32 {
		clients.Go(func() {
			for n := 0; ; n++ {
				made, err := s.TryPost(p.t.Context(), fmt.Sprintf("Ticket %d of %d in %d", n, c, round),
					system.Description)
				if err != nil {
					return
				}
				kept.note(made)
			}
		})
	}
	p.eventually("a hundred tickets more are there", patience, func() bool { return kept.count() >= enough })
	database.Kill()
	clients.Wait()
}

// allKept looks for each acknowledged ticket. A ticket may be further than its answer said, never less far.
func (p *plant) allKept(kept *promises) {
	p.t.Helper()
	rows, err := p.db.Query(`SELECT id, ai_status FROM tickets`)
	require.NoError(p.t, err)
	defer rows.Close()
	stored := map[int64]client.AIStatus{}
	for rows.Next() {
		var id int64
		var status client.AIStatus
		require.NoError(p.t, rows.Scan(&id, &status))
		stored[id] = status
	}
	require.NoError(p.t, rows.Err())
	require.GreaterOrEqual(p.t, kept.count(), 300)
	for id, said := range kept.said {
		require.Contains(p.t, stored, id, "an acknowledged ticket is lost")
		if said != client.AIStatusPending {
			require.Equal(p.t, said, stored[id])
		}
	}
}

// requireShared wants that tickets were last written together, or else no batch was ever under way.
func (p *plant) requireShared() {
	p.t.Helper()
	var tickets, transactions int
	require.NoError(p.t, p.db.QueryRow(`SELECT count(*), count(DISTINCT xmin::text) FROM tickets`).Scan(&tickets,
		&transactions))
	require.Less(p.t, transactions, tickets)
}
