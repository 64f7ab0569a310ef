//go:build cluster

package cluster_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

const (
	patience = system.Patience
	poll     = 50 * time.Millisecond

	// requestTime is above what the server allows a request that waits for the store.
	requestTime = 30 * time.Second
)

var stopTime = system.Env{"SHUTDOWN_TIMEOUT_MS": "15000"}

// company is queue mode as a whole, with a server and a worker at work.
type company struct {
	t        *testing.T
	settings system.Env
	server   *system.Server
	worker   *process.Process
	probes   *system.API // the worker's

	stop   context.CancelFunc
	ended  sync.WaitGroup
	mu     sync.Mutex
	acked  []int64
	other  map[int]int // answers of other statuses
	worst  time.Duration
	broken []string
}

func newCompany(t *testing.T, dbURL string) *company {
	t.Helper()
	settings := system.Join(system.On(dbURL), system.Queue(testenv.PrivateRedis(t).URL()),
		system.Asking(modelserver.New(t)), system.Timeout(5*time.Second), stopTime)
	c := &company{t: t, settings: settings, server: system.Serve(t, settings), other: map[int]int{}}
	c.worker = system.Work(t, settings, system.Env{"WORKER_PORT": "0"})
	c.probes = system.NewAPI(t, system.WorkerURL(c.worker))
	return c
}

// load creates tickets until rest.
func (c *company) load(clients int) {
	ctx, cancel := context.WithCancel(context.Background())
	c.stop = cancel
	c.t.Cleanup(c.rest)
	for range clients {
		c.ended.Go(func() {
			for ctx.Err() == nil {
				c.create()
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
	c.acknowledges(20)
}

func (c *company) create() {
	ctx, cancel := context.WithTimeout(context.Background(), requestTime)
	defer cancel()
	began := time.Now()
	const ticket = `{"title":"An invoice","description":"Twice."}`
	res, text, err := c.server.Ask(ctx, http.MethodPost, "/tickets", ticket)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.worst = max(c.worst, time.Since(began))
	if err != nil {
		c.broken = append(c.broken, err.Error())
		return
	}
	var id int64
	if _, failed := fmt.Sscanf(text, `{"id":%d`, &id); res.StatusCode == http.StatusCreated && failed == nil {
		c.acked = append(c.acked, id)
		return
	}
	c.other[res.StatusCode]++
}

func (c *company) rest() {
	c.stop()
	c.ended.Wait()
}

func (c *company) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.acked)
}

// acknowledges waits until n more tickets are.
func (c *company) acknowledges(n int) {
	c.t.Helper()
	before := c.count()
	require.Eventually(c.t, func() bool { return c.count() >= before+n }, patience, poll)
}

// heals waits for new tickets and for both probes, and says how long that took.
func (c *company) heals(since time.Time) {
	c.t.Helper()
	c.acknowledges(1)
	c.t.Log("the first ticket is acknowledged", time.Since(since), "after the change")
	c.ready(http.StatusOK, "ok")
	c.t.Log("both processes are ready", time.Since(since), "after the change")
	c.acknowledges(50)
}

func (c *company) ready(status int, says string) {
	c.t.Helper()
	for name, api := range map[string]*system.API{"server": c.server.API, "worker": c.probes} {
		var text string
		ok := func() bool {
			res, got, err := api.Ask(c.t.Context(), http.MethodGet, "/readyz", "")
			text = fmt.Sprint(got, err)
			return err == nil && res.StatusCode == status && strings.Contains(text, says)
		}
		require.Eventually(c.t, ok, patience, poll, "%s: %v", name, &text)
	}
}

// lostNothing wants each acknowledged ticket to be in the database, every ticket there to end, and all that
// was not acknowledged to have been refused with 503.
func (c *company) lostNothing(db *sql.DB) {
	c.t.Helper()
	c.rest()
	require.Eventually(c.t, func() bool {
		return system.Count(c.t, db, `tickets WHERE ai_status = 'pending'`) == 0
	}, patience, poll)
	kept := map[int64]bool{}
	rows, err := db.Query(`SELECT id FROM tickets WHERE ai_status = 'done'`)
	require.NoError(c.t, err)
	defer rows.Close()
	for rows.Next() {
		var id int64
		require.NoError(c.t, rows.Scan(&id))
		kept[id] = true
	}
	require.NoError(c.t, rows.Err())
	lost := 0
	for _, id := range c.acked {
		if !kept[id] {
			lost++
		}
	}
	c.t.Logf("%d acknowledged, %d lost, other answers %v, the slowest took %v",
		len(c.acked), lost, c.other, c.worst)
	require.Zero(c.t, lost)
	require.Empty(c.t, c.broken)
	delete(c.other, http.StatusServiceUnavailable)
	require.Empty(c.t, c.other)
}

func dropped(t *testing.T, api *system.API, reason string) bool {
	t.Helper()
	name := `ticketd_db_connections_dropped_total{reason="` + reason + `"} `
	_, figures := api.Get(t, "/metrics")
	require.Contains(t, figures, name)
	return !strings.Contains(figures, name+"0\n")
}

// pair is a primary that commits when its standby has the change.
type pair struct{ primary, standby *testenv.Server }

func newPair(t *testing.T) pair {
	t.Helper()
	syncs := testenv.Setting("synchronous_commit", "on")
	primary := testenv.PrivatePostgres(t, syncs)
	p := pair{primary, testenv.PrivateStandby(t, primary, syncs)}
	alter(t, primary, `SET synchronous_standby_names = '*'`)
	return p
}

func (p pair) url(t *testing.T) string {
	t.Helper()
	primary, err := url.Parse(p.primary.URL())
	require.NoError(t, err)
	standby, err := url.Parse(p.standby.URL())
	require.NoError(t, err)
	return "postgres://postgres@" + primary.Host + "," + standby.Host + "/postgres?sslmode=disable"
}

func (p pair) promote(t *testing.T) time.Time {
	t.Helper()
	_, err := system.Open(t, p.standby.URL()).ExecContext(t.Context(), `SELECT pg_promote()`)
	require.NoError(t, err)
	return time.Now()
}

func alter(t *testing.T, s *testenv.Server, change string) {
	t.Helper()
	db := system.Open(t, s.URL())
	for _, one := range []string{`ALTER SYSTEM ` + change, `SELECT pg_reload_conf()`} {
		_, err := db.ExecContext(t.Context(), one)
		require.NoError(t, err)
	}
}

func TestAFailoverLosesNoAcknowledgedTicket(t *testing.T) {
	t.Parallel()
	t.Run("where the primary is killed", func(t *testing.T) {
		t.Parallel()
		p := newPair(t)
		c := newCompany(t, p.url(t))
		c.load(6)
		p.primary.Kill()
		c.ready(http.StatusServiceUnavailable, "not ready: store: ")
		c.heals(p.promote(t))
		c.lostNothing(system.Open(t, p.standby.URL()))
	})

	t.Run("where the primary is frozen, and wakes up later", func(t *testing.T) {
		t.Parallel()
		p := newPair(t)
		c := newCompany(t, p.url(t))
		c.load(6)
		p.primary.Pause()
		c.heals(p.promote(t))
		require.True(t, dropped(t, c.server.API, "silent"))
		p.primary.Resume()
		c.acknowledges(100)
		c.lostNothing(system.Open(t, p.standby.URL()))
	})

	t.Run("where the primary is demoted", func(t *testing.T) {
		t.Parallel()
		p := newPair(t)
		c := newCompany(t, p.url(t))
		c.load(6)

		alter(t, p.primary, `SET default_transaction_read_only = on`)
		c.ready(http.StatusServiceUnavailable, "not ready: store: the store takes no changes")
		alter(t, p.primary, `RESET default_transaction_read_only`)
		c.heals(time.Now())

		p.primary.Demote()
		c.ready(http.StatusServiceUnavailable, "not ready: store: the store takes no changes")
		c.heals(p.promote(t))
		require.True(t, dropped(t, c.server.API, "read_only"))
		c.lostNothing(system.Open(t, p.standby.URL()))
	})
}

// silencer passes bytes on to a server. While it is silent it takes connections and bytes and passes nothing
// on; connections from before stay silent for good, as if they had been cut without a FIN.
type silencer struct {
	listener net.Listener
	server   string

	mu     sync.Mutex
	silent chan struct{} // closed when silence begins
}

// silence returns a silencer in front of a server, and the URL that leads there through it.
func silence(t *testing.T, server *testenv.Server) (*silencer, string) {
	t.Helper()
	u, err := url.Parse(server.URL())
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	s := &silencer{listener: l, server: u.Host, silent: make(chan struct{})}
	go s.run(t)
	u.Host = l.Addr().String()
	return s, u.String()
}

func (s *silencer) run(t *testing.T) {
	for {
		client, err := s.listener.Accept()
		if err != nil {
			return
		}
		t.Cleanup(func() { client.Close() })
		s.mu.Lock()
		silent := s.silent
		s.mu.Unlock()
		server, err := net.Dial("tcp", s.server)
		if err != nil {
			client.Close()
			continue
		}
		t.Cleanup(func() { server.Close() })
		go pass(client, server, silent)
		go pass(server, client, silent)
	}
}

// pass copies until silence begins. The end of one side is the other's end, unless it is silent.
func pass(from, to net.Conn, silent chan struct{}) {
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		select {
		case <-silent:
			io.Copy(io.Discard, from)
			return
		default:
		}
		if n > 0 {
			_, failed := to.Write(buffer[:n])
			err = cmp.Or(err, failed)
		}
		if err != nil {
			from.Close()
			to.Close()
			return
		}
	}
}

func (s *silencer) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.silent)
}

func (s *silencer) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = make(chan struct{})
}

func TestASilentPostgreSQLHoldsNothingUpForGood(t *testing.T) {
	t.Parallel()
	db := testenv.PrivatePostgres(t)
	proxy, through := silence(t, db)
	c := newCompany(t, through)
	leaving := system.Serve(t, c.settings)
	leavers := []*process.Process{leaving.Process, system.Work(t, c.settings)}
	c.load(6)

	proxy.begin()
	began := time.Now()
	go leaving.Ask(context.Background(), http.MethodGet, "/tickets", "")
	var left sync.WaitGroup
	for _, p := range leavers {
		left.Go(func() {
			p.Terminate(patience)
			t.Log("ended", time.Since(began), "after SIGTERM, with SHUTDOWN_TIMEOUT_MS=15000")
		})
	}
	c.ready(http.StatusServiceUnavailable, "not ready: store: the store is out of reach")
	late := system.Launch(t, system.On(through), stopTime)
	late.WaitLog("Waiting for the database", patience)
	status, _, complaint := system.Run(t, system.Settings(system.On(through)), "migrate", "up")
	require.Equal(t, 1, status)
	require.Contains(t, complaint, "DB_URL")
	require.Regexp(t, "no answer within|does not answer", complaint)
	require.Eventually(t, func() bool {
		return dropped(t, c.server.API, "silent") && dropped(t, c.probes, "silent")
	}, patience, poll)
	_, figures := c.server.Get(t, "/metrics")
	require.Contains(t, figures, "ticketd_store_up 0")
	left.Wait()
	c.rest()
	time.Sleep(time.Until(began.Add(time.Minute)))

	proxy.end()
	c.load(6)
	c.heals(time.Now())
	c.rest()
	system.Running(t, late)
	require.Less(t, c.worst, requestTime)
	c.lostNothing(system.Open(t, db.URL()))
}
