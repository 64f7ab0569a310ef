package queue_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/testenv"
)

func TestKilledWorker(t *testing.T) {
	t.Parallel()
	const slots, tickets = 50, 80
	p := newPlant(t)
	p.model.Behave(modelserver.Slow(time.Hour, 0, modelserver.Right()))
	victim := p.work(env{"WORKER_CONCURRENCY": "50"})
	p.seed(tickets)
	p.eventually("fifty calls are in flight", patience, func() bool { return p.model.InFlight() == slots })
	p.model.Behave(modelserver.Right())
	p.work()
	victim.Kill()
	p.allDone(tickets, 60*time.Second)
	require.LessOrEqual(t, p.model.Repeated(), slots)
	require.LessOrEqual(t, p.model.Calls(), tickets+slots)
}

func TestTerminatedWorker(t *testing.T) {
	t.Parallel()
	const slots, tickets = 50, 120
	p := newPlant(t)
	p.model.Behave(modelserver.Slow(2*time.Second, 0.2, modelserver.Right()))
	worker := p.work(env{"WORKER_CONCURRENCY": "50"})
	p.seed(tickets)
	p.eventually("fifty calls are in flight", patience, func() bool { return p.model.InFlight() == slots })
	require.Zero(t, worker.Terminate(patience))

	require.GreaterOrEqual(t, p.done(), slots, "what was in flight is finished")
	require.Equal(t, p.model.Calls(), p.done())
	require.Zero(t, p.count(`tickets WHERE claimed_until IS NOT NULL`), "no row waits for a lease")
	for _, e := range p.pending() { // what was read ahead and not begun
		require.GreaterOrEqual(t, e.Idle, 10*time.Second, "another worker may take it at once")
		require.Equal(t, "pending", p.statusOf(e.ID), "what is done is acknowledged")
	}

	p.model.Behave(modelserver.Right())
	began := time.Now()
	p.work()
	p.allDone(tickets, patience)
	require.Less(t, time.Since(began), 15*time.Second, "nobody waited for leases")
	require.Equal(t, tickets, p.model.Calls(), "none was paid twice")
}

// statusOf is the ai_status of the ticket that an entry of the stream names.
func (p *plant) statusOf(entry string) (status string) {
	p.t.Helper()
	found, err := p.r.XRange(context.Background(), stream, entry, entry).Result()
	require.NoError(p.t, err)
	require.Len(p.t, found, 1)
	var event struct {
		ID int64 `json:"id"`
	}
	require.NoError(p.t, json.Unmarshal([]byte(found[0].Values["payload"].(string)), &event))
	require.NoError(p.t, p.db.QueryRow(`SELECT ai_status FROM tickets WHERE id = $1`, event.ID).Scan(&status))
	return status
}

func TestWorkersComeAndGoUnderLoad(t *testing.T) {
	t.Parallel()
	const tickets = 600
	p := newPlant(t)
	p.model.Behave(modelserver.Slow(100*time.Millisecond, 0.5, modelserver.Right()))
	p.seed(tickets)
	for n := 1; n <= 3; n++ {
		worker := p.work(env{"WORKER_CONCURRENCY": "10"})
		p.eventually("it has done its part", patience, func() bool { return p.done() >= n*100 })
		require.Zero(t, worker.Terminate(patience))
	}
	p.work(env{"WORKER_CONCURRENCY": "20"})
	p.allDone(tickets, patience)
	require.Equal(t, tickets, p.model.Calls(), "none was paid twice")
}

func TestPostgresAway(t *testing.T) {
	t.Parallel()
	const tickets = 60
	database := testenv.PrivatePostgres(t, testenv.Durable())
	p := plantOn(t, database.URL())
	p.model.Behave(modelserver.Slow(time.Second, 0.5, modelserver.Right()))
	worker := p.work(env{"WORKER_CONCURRENCY": "10", "WORKER_MAX_ATTEMPTS": "1"})
	p.seed(tickets)
	p.eventually("calls are in flight", patience, func() bool {
		return p.model.InFlight() == 10 && p.done() > 0
	})
	database.Stop()
	time.Sleep(5 * time.Second) // as long as the database is away
	database.Start()
	p.allDone(tickets, patience)
	require.Equal(t, tickets, p.model.Calls(), "none was paid twice")
	require.Zero(t, p.count(`classifications WHERE attempt <> 1`), "no attempt was burnt")
	require.Zero(t, p.length(deadStream))
	require.Zero(t, worker.Terminate(patience))
}
