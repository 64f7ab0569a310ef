//go:build cluster

package cluster_test

import (
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
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
	// takenUp is how soon after a SIGKILL others are at the tickets of a dead process; slack is for a machine
	// with much else to do.
	takenUp, slack = 10 * time.Second, 5 * time.Second
	// slots are those of each worker.
	slots = 12
)

// crew is queue mode with a model that answers as slowly as a test wants, far within AI_TIMEOUT_MS.
type crew struct {
	t     *testing.T
	redis *testenv.Server
	db    *sql.DB
	dbURL string
	model *modelserver.Server
}

func newCrew(t *testing.T, dbURL string) *crew {
	t.Helper()
	c := &crew{t: t, redis: testenv.PrivateRedis(t), dbURL: dbURL, model: modelserver.New(t)}
	status, _, complaint := system.Run(t, c.settings(), "migrate", "up")
	require.Zero(t, status, complaint)
	c.db = system.Open(t, dbURL)
	return c
}

func (c *crew) settings(more ...system.Env) system.Env {
	return system.Settings(
		system.On(c.dbURL), system.Queue(c.redis.URL()), system.Asking(c.model), system.Timeout(time.Minute),
		system.Env{"WORKER_CONCURRENCY": fmt.Sprint(slots)}, system.Join(more...))
}

func (c *crew) work(more ...system.Env) *process.Process {
	c.t.Helper()
	return system.Work(c.t, c.settings(more...))
}

// seed stores n pending tickets with their events, on PostgreSQL.
func (c *crew) seed(n int) {
	c.t.Helper()
	rows, err := c.db.QueryContext(c.t.Context(), `INSERT INTO tickets (title, description)
		SELECT 'Ticket ' || nextval('tickets_id_seq'), $2 FROM generate_series(1, $1) RETURNING id`,
		n, system.Description)
	require.NoError(c.t, err)
	defer rows.Close()
	opts, err := redis.ParseURL(c.redis.URL())
	require.NoError(c.t, err)
	r := redis.NewClient(opts)
	defer r.Close()
	for rows.Next() {
		var id int64
		require.NoError(c.t, rows.Scan(&id))
		require.NoError(c.t, r.XAdd(c.t.Context(), &redis.XAddArgs{
			Stream: "classify", Values: map[string]any{"payload": fmt.Sprintf(`{"id": %d}`, id)},
		}).Err())
	}
	require.NoError(c.t, rows.Err())
}

func (c *crew) eventually(why string, condition func() bool) {
	c.t.Helper()
	require.Eventually(c.t, condition, system.Patience, 20*time.Millisecond, why)
}

func (c *crew) inFlight(n int) {
	c.t.Helper()
	c.eventually("calls are in flight", func() bool { return c.model.InFlight() == n })
}

// done waits until all the n tickets have their verdict.
func (c *crew) done(n int) {
	c.t.Helper()
	c.eventually("all are done", func() bool {
		return system.Count(c.t, c.db, `tickets WHERE ai_status = 'done'`) == n
	})
	require.Equal(c.t, n, system.Count(c.t, c.db, `tickets`))
}

func TestTheTicketsOfAKilledWorkerAreTakenUpSoon(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fresh     func(t *testing.T) string
		redisAway bool
		inPlace   bool // nobody else works, and the killed one is started again
	}{
		"on PostgreSQL":                    {fresh: testenvPostgres},
		"on PostgreSQL, with Redis away":   {fresh: testenvPostgres, redisAway: true},
		"on PostgreSQL, by the next start": {fresh: testenvPostgres, inPlace: true},
		"on SQLite":                        {fresh: system.SQLite},
		"on SQLite, with Redis away":       {fresh: system.SQLite, redisAway: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			crew := newCrew(t, c.fresh(t))
			crew.model.Behave(modelserver.Slow(time.Hour, 0, modelserver.Right()))
			api := system.Serve(t, crew.settings())
			victim := crew.work()
			for i := range slots {
				api.Post(t, fmt.Sprintf("Ticket %d", i))
			}
			crew.inFlight(slots)
			crew.model.Behave(modelserver.Right())
			if !c.inPlace {
				crew.work()
			}
			if c.redisAway {
				crew.redis.Stop()
			}
			killed := time.Now()
			victim.Kill()
			if c.inPlace {
				crew.work()
			}
			crew.done(slots)
			took := time.Since(killed)
			t.Logf("%d tickets done %.1f s after the SIGKILL", slots, took.Seconds())
			require.Less(t, took, takenUp+slack)
			require.Equal(t, 2*slots, crew.model.Calls())
		})
	}
}

func testenvPostgres(t *testing.T) string {
	t.Helper()
	return testenv.PrivatePostgres(t).URL()
}

func TestTheTicketsOfAKilledServerAreTakenUpSoon(t *testing.T) {
	t.Parallel()
	model, db := modelserver.New(t), system.SQLite(t)
	on := system.Settings(system.On(db), system.Asking(model), system.Timeout(time.Minute))
	model.Behave(modelserver.Slow(time.Hour, 0, modelserver.Right()))
	victim, heir := system.Serve(t, on), system.Serve(t, on)
	var posts sync.WaitGroup
	const tickets = 8
	for i := range tickets {
		posts.Go(func() { _, _ = victim.TryPost(t.Context(), fmt.Sprintf("Ticket %d", i), system.Description) })
	}
	require.Eventually(t, func() bool { return model.InFlight() == tickets }, system.Patience,
		20*time.Millisecond)
	model.Behave(modelserver.Right())
	killed := time.Now()
	victim.Kill()
	posts.Wait()
	for _, left := range heir.Tickets(t) {
		heir.Settled(t, left.Id, system.Patience)
	}
	took := time.Since(killed)
	t.Logf("%d tickets done %.1f s after the SIGKILL", tickets, took.Seconds())
	require.Less(t, took, takenUp+slack)
	require.Equal(t, 2*tickets, model.Calls())
}

// A machine that is suspended does not know it. Its calls in flight are paid for twice, and no others.
func TestAWorkerThatWasPausedStartsNothingThatOthersHave(t *testing.T) {
	t.Parallel()
	c := newCrew(t, testenvPostgres(t))
	c.model.Behave(modelserver.Slow(30*time.Second, 0, modelserver.Right()))
	paused := c.work()
	c.seed(2 * slots) // as many wait for a slot, with events that are read already
	c.inFlight(slots)
	c.model.Behave(modelserver.Right())
	paused.Pause()
	c.work()
	time.Sleep(25 * time.Second) // as long as the machine is suspended
	c.seed(slots)
	c.done(3 * slots)
	paused.Resume()
	paused.WaitLog("this process was taken for dead; what it had claimed is others' now", system.Patience)
	c.seed(2 * slots)
	c.done(5 * slots)
	c.inFlight(0)
	require.Equal(t, slots, c.model.Repeated(), "those in flight")
	require.Equal(t, 6*slots, c.model.Calls())
	require.Zero(t, paused.Terminate(system.Patience))
}

func TestAWorkerThatIsCutOff(t *testing.T) {
	t.Parallel()
	t.Run("from Redis only keeps its tickets", func(t *testing.T) {
		t.Parallel()
		c := newCrew(t, testenvPostgres(t))
		c.model.Behave(modelserver.Slow(20*time.Second, 0, modelserver.Right()))
		way := newGate(t, c.redis.URL())
		lonely := c.work(system.Env{"REDIS_URL": way.url})
		c.seed(slots)
		c.inFlight(slots)
		c.work()
		way.cut()
		c.seed(slots)
		c.done(2 * slots)
		require.Zero(t, c.model.Repeated(), "none was paid twice")
		require.NotContains(t, lonely.Log(), "taken for dead")
	})

	t.Run("from the database only starts nothing until it is back", func(t *testing.T) {
		t.Parallel()
		c := newCrew(t, testenvPostgres(t))
		c.model.Behave(modelserver.Slow(25*time.Second, 0, modelserver.Right()))
		way := newGate(t, c.dbURL)
		lonely := c.work(system.On(way.url))
		c.seed(2 * slots)
		c.inFlight(slots)
		c.model.Behave(modelserver.Right())
		c.work()
		cut := time.Now()
		way.cut()
		c.done(2 * slots)
		t.Logf("done %.1f s after the cut", time.Since(cut).Seconds())
		require.Less(t, time.Since(cut), 25*time.Second, "others did not wait for the calls in flight")
		lonely.WaitLog("the heartbeat does not reach the store; no new call to the model begins until it does, "+
			"and others may take this process's tickets over", system.Patience)
		way.open()
		lonely.WaitLog("this process was taken for dead; what it had claimed is others' now", system.Patience)
		c.seed(slots)
		c.done(3 * slots)
		c.inFlight(0)
		require.Equal(t, slots, c.model.Repeated(), "those in flight")
		require.Equal(t, 4*slots, c.model.Calls())
	})
}

func TestKilledWorkersUnderLoad(t *testing.T) {
	t.Parallel()
	const tickets, kills = 3000, 2
	c := newCrew(t, testenvPostgres(t))
	c.model.Behave(modelserver.Slow(150*time.Millisecond, 0.5, modelserver.Right()))
	workers := []*process.Process{c.work(), c.work(), c.work()}
	for range kills + 1 {
		c.seed(tickets / (kills + 1))
	}
	for i := range kills {
		c.eventually("a part is done", func() bool {
			return system.Count(t, c.db, `tickets WHERE ai_status = 'done'`) >= tickets*(i+1)/(kills+2)
		})
		workers[i].Kill()
		workers = append(workers, c.work())
	}
	c.done(tickets)
	t.Logf("%d of %d tickets were paid for twice", c.model.Repeated(), tickets)
	require.LessOrEqual(t, c.model.Repeated(), tickets/100)
	require.Equal(t, tickets, system.Count(t, c.db, `classifications WHERE error_code = ''`),
		"each verdict once")
}

// gate is a way to a server that can be cut.
type gate struct {
	t        *testing.T
	url      string
	address  string // its own
	target   string
	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
	silent   *atomic.Bool // of connections that are made now
}

// newGate leads to the server of a URL.
func newGate(t *testing.T, server string) *gate {
	t.Helper()
	u, err := url.Parse(server)
	require.NoError(t, err)
	g := &gate{t: t, address: "127.0.0.1:0", target: u.Host, silent: &atomic.Bool{}}
	g.open()
	u.Host = g.address
	g.url = u.String()
	t.Cleanup(g.cut)
	return g
}

func (g *gate) open() {
	g.t.Helper()
	l, err := new(net.ListenConfig).Listen(g.t.Context(), "tcp", g.address)
	require.NoError(g.t, err)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.listener, g.address = l, l.Addr().String()
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", g.target)
			if err != nil {
				_ = from.Close()
				continue
			}
			g.mu.Lock()
			g.conns = append(g.conns, from, to)
			silent := g.silent
			g.mu.Unlock()
			go func() { _, _ = io.Copy(unless{from, silent}, to) }()
			go func() { _, _ = io.Copy(unless{to, silent}, from) }()
		}
	}()
}

// hush lets nothing through any more, on connections old and new, and ends none.
func (g *gate) hush() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.silent.Store(true)
}

// speak lets new connections through. The old ones stay silent: what was between has forgotten them.
func (g *gate) speak() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.silent = &atomic.Bool{}
}

// unless drops what is written while it is silent.
type unless struct {
	net.Conn
	silent *atomic.Bool
}

func (u unless) Write(b []byte) (int, error) {
	if u.silent.Load() {
		return len(b), nil
	}
	return u.Conn.Write(b)
}

// cut ends all connections and refuses further ones.
func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = g.listener.Close()
	for _, c := range g.conns {
		_ = c.Close()
	}
	g.conns = nil
}
