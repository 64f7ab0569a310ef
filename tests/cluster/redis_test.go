//go:build cluster

package cluster_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

const (
	redisStream = "classify"
	redisGroup  = "ticketd"
	// redisHeals bounds everything that has to heal by itself.
	redisHeals = 90 * time.Second
)

// redisSite is an installation in queue mode, without its Redis.
type redisSite struct {
	t     *testing.T
	db    *sql.DB
	dbURL string
	model *modelserver.Server
	env   system.Env // on top of the usual settings

	mu       sync.Mutex
	accepted map[int64]bool
}

func newRedisSite(t *testing.T, redisURL string) *redisSite {
	t.Helper()
	s := &redisSite{
		t: t, dbURL: system.Postgres(t), model: modelserver.New(t), env: system.Queue(redisURL),
		accepted: map[int64]bool{},
	}
	s.model.Behave(modelserver.Slow(100*time.Millisecond, 0.5, modelserver.Right()))
	s.db = system.Open(t, s.dbURL)
	return s
}

func (s *redisSite) settings(more ...system.Env) system.Env {
	return system.Settings(system.On(s.dbURL), system.Asking(s.model), system.Timeout(5*time.Second),
		system.Env{"WORKER_PORT": "0", "DB_MAX_CONNS": "8"}, s.env, system.Join(more...))
}

func (s *redisSite) serve(more ...system.Env) *system.Server {
	s.t.Helper()
	return system.Serve(s.t, s.settings(more...))
}

func (s *redisSite) work(more ...system.Env) *process.Process {
	s.t.Helper()
	return system.Work(s.t, s.settings(more...))
}

// post creates tickets, some at a time, and remembers those that were acknowledged.
func (s *redisSite) post(server *system.Server, n, atATime int, description string) {
	var clients sync.WaitGroup
	left := make(chan int, n)
	for i := range n {
		left <- i
	}
	close(left)
	for range atATime {
		clients.Go(func() {
			for i := range left {
				title := fmt.Sprintf("Ticket %d", i)
				made, err := server.TryPost(context.WithoutCancel(s.t.Context()), title, description)
				if err == nil {
					s.mu.Lock()
					s.accepted[made.Id] = true
					s.mu.Unlock()
				}
			}
		})
	}
	clients.Wait()
}

// during posts until do returns.
func (s *redisSite) during(server *system.Server, do func()) {
	s.t.Helper()
	over, stop := context.WithCancel(s.t.Context())
	var load sync.WaitGroup
	load.Go(func() {
		for over.Err() == nil {
			s.post(server, 8, 4, system.Description)
			time.Sleep(50 * time.Millisecond)
		}
	})
	defer load.Wait()
	defer stop()
	do()
}

func (s *redisSite) pending() int {
	return system.Count(s.t, s.db, `tickets WHERE ai_status = 'pending'`)
}

// settled waits until every ticket is classified, and looks at the account: none of what was acknowledged is
// lost, and at most one call in a hundred was paid for twice.
func (s *redisSite) settled() {
	s.t.Helper()
	began := time.Now()
	require.Eventually(s.t, func() bool { return s.pending() == 0 }, redisHeals, 100*time.Millisecond)
	total := system.Count(s.t, s.db, `tickets`)
	require.Equal(s.t, total, system.Count(s.t, s.db, `tickets WHERE ai_status = 'done'`))
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NotEmpty(s.t, s.accepted)
	rows, err := s.db.QueryContext(s.t.Context(), `SELECT id FROM tickets`)
	require.NoError(s.t, err)
	defer rows.Close()
	lost := len(s.accepted)
	for rows.Next() {
		var id int64
		require.NoError(s.t, rows.Scan(&id))
		if s.accepted[id] {
			lost--
		}
	}
	require.NoError(s.t, rows.Err())
	s.t.Logf("%d tickets, %d acknowledged, %d lost, %d calls paid, the last done after %.1f s",
		total, len(s.accepted), lost, s.model.Paid(), time.Since(began).Seconds())
	require.Zero(s.t, lost)
	require.LessOrEqual(s.t, s.model.Paid()-total, total/100)
}

// ready waits until a process says this of itself.
func (s *redisSite) ready(base string, status int) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		res, err := http.Get(base + "/readyz")
		return err == nil && res.Body.Close() == nil && res.StatusCode == status
	}, redisHeals, 100*time.Millisecond, "%s/readyz does not say %d", base, status)
}

// says waits for a line of the log that tells of Redis, and returns it.
func says(t *testing.T, p *process.Process, level, words string) string {
	t.Helper()
	var line string
	require.Eventually(t, func() bool {
		for _, l := range p.Lines() {
			text := fmt.Sprint(l["msg"], " ", l["error"])
			if l["level"] == level && strings.HasPrefix(text, "Redis at ") && strings.Contains(text, words) {
				line = text
				return true
			}
		}
		return false
	}, redisHeals, 50*time.Millisecond, "no line says %q\n%s", words, p.Log())
	return line
}

func redisClient(t *testing.T, s *testenv.Server) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(s.URL())
	require.NoError(t, err)
	r := redis.NewClient(o)
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func hostOf(t *testing.T, s *testenv.Server) string {
	t.Helper()
	u, err := url.Parse(s.URL())
	require.NoError(t, err)
	return u.Host
}

// freeze stops a Redis without ending it; thaw lets it go on.
func freeze(t *testing.T, s *testenv.Server) (thaw func()) {
	t.Helper()
	info, err := redisClient(t, s).Info(t.Context(), "server").Result()
	require.NoError(t, err)
	_, rest, _ := strings.Cut(info, "process_id:")
	number, _, _ := strings.Cut(rest, "\r\n")
	pid, err := strconv.Atoi(number)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	return func() { require.NoError(t, syscall.Kill(pid, syscall.SIGCONT)) }
}

func TestRedisSentinelFailover(t *testing.T) {
	t.Parallel()
	master := testenv.PrivateRedis(t)
	replica := testenv.RedisReplica(t, master)
	sentinel := testenv.Sentinel(t, "tickets", master)
	deaf := testenv.PrivateRedis(t)
	deaf.Stop() // one of the addresses is of a Sentinel that is gone
	s := newRedisSite(t, "redis+sentinel://"+hostOf(t, deaf)+","+hostOf(t, sentinel)+"/tickets")
	server := s.serve()
	workers := []*process.Process{s.work(), s.work()}
	s.ready(server.Base, 200)
	require.Eventually(t, func() bool {
		found, err := redisClient(t, sentinel).Do(t.Context(), "SENTINEL", "replicas", "tickets").Slice()
		return err == nil && len(found) == 1
	}, redisHeals, 100*time.Millisecond)
	s.during(server, func() {
		time.Sleep(3 * time.Second)
		thaw := freeze(t, master) // the worse death: its connections stay open
		says(t, server.Process, "warn", "cannot be used")
		require.Eventually(t, func() bool {
			return strings.Contains(redisClient(t, replica).Info(t.Context(), "replication").Val(), "role:master")
		}, redisHeals, 100*time.Millisecond)
		says(t, server.Process, "info", "can be used again")
		thaw() // it becomes a replica
		time.Sleep(3 * time.Second)
	})
	s.settled()
	s.ready(server.Base, 200)
	for _, w := range workers {
		s.ready(system.WorkerURL(w), 200)
	}
	require.Eventually(t, func() bool {
		return redisClient(t, replica).XLen(t.Context(), redisStream).Val() == 0
	}, redisHeals, time.Second, "what is handled leaves the new master")
}

func TestRedisClusterTakeover(t *testing.T) {
	t.Parallel()
	c := testenv.NewRedisCluster(t, redisStream)
	s := newRedisSite(t, "redis://"+hostOf(t, c.Masters[2])+","+hostOf(t, c.Masters[1]))
	server := s.serve(system.Env{"RATE_LIMIT_MAX_REQUESTS": "1000000"})
	s.work()
	worker := s.work()
	s.ready(server.Base, 200)
	s.during(server, func() {
		time.Sleep(3 * time.Second)
		c.Masters[0].Kill()
		says(t, server.Process, "warn", "cannot be used")
		says(t, server.Process, "info", "can be used again")
		time.Sleep(3 * time.Second)
	})
	s.settled()
	s.ready(server.Base, 200)
	s.ready(system.WorkerURL(worker), 200)
	require.Positive(t, redisClient(t, c.Replica).Exists(t.Context(), redisStream).Val())
	counts := 0
	for _, node := range append(c.Masters[1:3:3], c.Replica) {
		counts += len(redisClient(t, node).Keys(t.Context(), "ticketd:limit:*").Val())
	}
	require.Equal(t, 1, counts, "the rate limit is shared")

	// A slot that nobody serves is said, and heals.
	c.Replica.Stop()
	says(t, worker, "warn", "cannot be used")
	s.ready(server.Base, 503)
	s.during(server, func() { time.Sleep(5 * time.Second) })
	s.settled() // from the rows alone
	c.Replica.Start()
	c.Masters[0].Start()
	s.ready(server.Base, 200)
	s.ready(system.WorkerURL(worker), 200)
	s.during(server, func() { time.Sleep(time.Second) })
	s.settled()
}

func TestRedisThatStalls(t *testing.T) {
	t.Parallel()
	const creates = 100
	r := testenv.PrivateRedis(t)
	s := newRedisSite(t, r.URL())
	server := s.serve(system.Env{"RATE_LIMIT_MAX_REQUESTS": "1000000"})
	worker := s.work()
	s.during(server, func() { time.Sleep(2 * time.Second) })
	thaw := freeze(t, r)
	began := time.Now()
	s.post(server, creates, 1, system.Description)
	took := time.Since(began)
	t.Logf("%d creates in a row, %v each", creates, took/creates)
	require.Less(t, took, creates*300*time.Millisecond, "each waits for Redis")
	s.ready(server.Base, 503)
	s.ready(system.WorkerURL(worker), 503)
	s.during(server, func() { time.Sleep(20 * time.Second) })
	s.settled() // while it is silent
	time.Sleep(time.Until(began.Add(hushed)))
	s.during(server, func() {
		time.Sleep(time.Second)
		thaw()
	})
	s.settled()
	s.ready(server.Base, 200)
	s.ready(system.WorkerURL(worker), 200)
}

func TestFullRedis(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("It does not work. ", 1000)
	full := func(t *testing.T, r *redis.Client, room int) {
		t.Helper()
		require.NoError(t, r.ConfigSet(t.Context(), "maxmemory-policy", "noeviction").Err())
		_, rest, _ := strings.Cut(r.Info(t.Context(), "memory").Val(), "used_memory:")
		number, _, _ := strings.Cut(rest, "\r\n")
		used, err := strconv.Atoi(number)
		require.NoError(t, err)
		require.NoError(t, r.ConfigSet(t.Context(), "maxmemory", strconv.Itoa(used+room)).Err())
	}

	t.Run("that is full of events and has no group is drained by a fresh worker", func(t *testing.T) {
		t.Parallel()
		server, r, s := fullSite(t)
		s.post(server, 200, 8, long)
		full(t, r, -1<<20)
		s.post(server, 100, 8, long)
		says(t, server.Process, "warn", "it is full")
		s.ready(server.Base, 503)
		waiting := r.XLen(t.Context(), redisStream).Val()
		require.Positive(t, waiting)
		require.Less(t, waiting, int64(300))
		s.work()
		s.settled()
		says(t, server.Process, "info", "can be used again")
		s.ready(server.Base, 200)
		require.Eventually(t, func() bool {
			groups, err := r.XInfoGroups(t.Context(), redisStream).Result()
			return err == nil && len(groups) == 1 && r.XLen(t.Context(), redisStream).Val() == 0
		}, redisHeals, 100*time.Millisecond, "it is as if it had never been full")
	})

	t.Run("that is full of what others keep there stops no worker, also not in its start", func(t *testing.T) {
		t.Parallel()
		server, r, s := fullSite(t)
		worker := s.work()
		s.post(server, 20, 4, system.Description)
		s.settled()
		full(t, r, -1<<19)
		s.post(server, 50, 8, system.Description)
		require.Zero(t, worker.Terminate(system.Patience))
		worker = s.work(system.Env{"WORKER_CONCURRENCY": "4"})
		s.settled()
		s.ready(system.WorkerURL(worker), 503)
		says(t, worker, "warn", "it is full")
		require.NoError(t, r.ConfigSet(t.Context(), "maxmemory", "0").Err())
		s.ready(server.Base, 200)
		s.ready(system.WorkerURL(worker), 200)
		s.post(server, 20, 4, system.Description)
		s.settled()
	})
}

func fullSite(t *testing.T) (*system.Server, *redis.Client, *redisSite) {
	t.Helper()
	own := testenv.PrivateRedis(t)
	s := newRedisSite(t, own.URL())
	s.model.Behave(modelserver.Right())
	return s.serve(system.Env{"RATE_LIMIT_MAX_REQUESTS": "1000000"}), redisClient(t, own), s
}
