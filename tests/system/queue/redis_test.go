package queue_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// heal is how soon after Redis is back everything must be classified.
const heal = time.Minute

func TestRedisAwayWhileTicketsCome(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]bool{"comes back with its data": false, "comes back empty": true} {
		t.Run("a ticket is acknowledged at once, and classified soon after Redis "+name, func(t *testing.T) {
			t.Parallel()
			p := newPlant(t)
			if !empty {
				p.redis = testenv.PrivateRedis(t, testenv.Durable())
			}
			server, worker := p.serve(), p.work()
			p.post(server, "before")
			p.allDone(1, patience)
			p.redis.Stop()
			for range 3 {
				p.post(server, "while Redis is away")
			}
			p.redis.Start()
			p.allDone(4, heal)
			p.post(server, "afterwards")
			p.allDone(5, heal)
			require.Equal(t, 5, p.model.Calls())
			require.Zero(t, worker.Terminate(patience))
			require.Zero(t, server.Terminate(patience))
		})
	}
}

func TestRedisThatHangs(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	server := p.serve()
	p.work()
	require.NoError(t, p.r.Do(context.Background(), "CLIENT", "PAUSE", 2*prompt.Milliseconds(), "ALL").Err())
	p.post(server, "while Redis says nothing")
	p.allDone(1, heal)
}

func TestServerAndWorkerStartBeforeRedis(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	p.redis.Stop()
	server, worker := p.serve(), p.work()
	both := []*process.Process{server.Process, worker}
	says := func(one *process.Process, level, words string) (n int) {
		for _, l := range one.Lines() {
			if msg := fmt.Sprint(l["msg"]); l["level"] == level && strings.HasPrefix(msg, "Redis at ") {
				n += strings.Count(msg, words)
			}
		}
		return n
	}
	for _, one := range both {
		p.eventually("it says that Redis is away", patience, func() bool {
			return says(one, "warn", " cannot be used; ") == 1
		})
	}
	p.post(server, "before Redis")
	p.redis.Start()
	p.allDone(1, heal)
	for _, one := range both {
		p.eventually("it says that Redis is back", patience, func() bool {
			return says(one, "info", " can be used again") == 1
		})
		require.Equal(t, 1, says(one, "warn", "Redis at "), "it was said once")
	}
	require.Zero(t, worker.Terminate(patience))
	require.Zero(t, server.Terminate(patience))
}

func TestFlushUnderLoad(t *testing.T) {
	t.Parallel()
	const tickets = 300
	p := newPlant(t)
	p.model.Behave(modelserver.Slow(100*time.Millisecond, 0.5, modelserver.Right()))
	server := p.serve()
	for range 2 {
		p.work(env{"WORKER_CONCURRENCY": "4"})
	}
	for n := range tickets {
		p.post(server, "Ticket")
		if n == 100 || n == 250 {
			require.NoError(t, p.r.FlushAll(context.Background()).Err())
		}
	}
	require.NoError(t, p.r.FlushAll(context.Background()).Err())
	require.Less(t, p.done(), tickets, "the load was not over")
	p.allDone(tickets, patience)
	require.Equal(t, tickets, p.model.Calls(), "none was paid twice")
}

func TestKilledConnectionsWedgeNobody(t *testing.T) {
	t.Parallel()
	const rounds = 5
	p := newPlant(t)
	server := p.serve()
	worker := p.work()
	for n := range rounds {
		p.post(server, "Ticket")
		require.NoError(t, p.r.Do(context.Background(), "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes").Err())
		p.allDone(n+1, heal)
	}
	require.Zero(t, worker.Terminate(patience))
}

func TestProcessesSayWhetherTheyAreReady(t *testing.T) {
	t.Parallel()
	database := testenv.PrivatePostgres(t)
	p := plantOn(t, database.URL())
	server := p.serve()
	worker := p.work(env{"WORKER_PORT": "0"})
	probed := []*system.API{server.API, system.UncheckedAPI(t, system.WorkerURL(worker))}
	both := func(path string, status int) {
		t.Helper()
		for _, process := range probed {
			require.Eventually(t, func() bool {
				res, _ := process.Get(t, path)
				return res.StatusCode == status
			}, heal, poll, "%s%s never says %d", process.Base, path, status)
		}
	}
	both("/readyz", 200)
	for _, s := range []*testenv.Server{p.redis, database} {
		s.Stop()
		both("/readyz", 503)
		both("/healthz", 200)
		s.Start()
		both("/readyz", 200)
	}
	require.Zero(t, worker.Terminate(patience))
	require.Zero(t, server.Terminate(patience))
}

func TestAWorkerThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	first := p.work(env{"WORKER_PORT": "0"})
	_, port, _ := strings.Cut(strings.TrimPrefix(system.WorkerURL(first), "http://"), ":")
	for _, c := range []struct{ name, value, says string }{
		{"WORKER_PORT", port, "Choose another with WORKER_PORT"},
		{"DB_URL", "sqlite://" + t.TempDir(), "DB_URL"},
	} {
		status, _, complaint := system.Run(t, p.settings(env{c.name: c.value}), "worker")
		require.Equal(t, 1, status)
		require.Contains(t, complaint, c.says)
	}
}
