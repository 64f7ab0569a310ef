// Package queue_test stops, kills and starves the parts of queue mode, and looks what becomes of the tickets.
package queue_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/parallel"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

const (
	stream     = "classify"
	deadStream = "classify.dead"
	group      = "ticketd"

	patience = system.Patience
	poll     = 20 * time.Millisecond

	// prompt bounds the answer to a new ticket. It is less than what Redis is away or silent for.
	prompt = 4 * time.Second
)

func TestMain(m *testing.M) { parallel.Main(m) }

type env = system.Env

// plant is queue mode as a whole, without its processes: database, Redis and the imitation of the model.
type plant struct {
	t     testing.TB
	redis *testenv.Server
	r     *redis.Client
	db    *sql.DB
	dbURL string
	model *modelserver.Server
}

func newPlant(t testing.TB) *plant {
	t.Helper()
	return plantOn(t, testenv.Postgres(t))
}

// plantOn makes a plant on a PostgreSQL database, whose schema it brings up to date.
func plantOn(t testing.TB, dbURL string) *plant {
	t.Helper()
	p := &plant{
		t: t, redis: testenv.PrivateRedis(t), db: system.Open(t, dbURL), dbURL: dbURL, model: modelserver.New(t),
	}
	opts, err := redis.ParseURL(p.redis.URL())
	require.NoError(t, err)
	p.r = redis.NewClient(opts)
	t.Cleanup(func() { require.NoError(t, p.r.Close()) })
	status, _, complaint := p.command("migrate", "up")
	require.Zero(t, status, complaint)
	return p
}

// settings are those of every process of the plant.
func (p *plant) settings(more ...env) env {
	return system.Settings(
		system.On(p.dbURL), system.Queue(p.redis.URL()), system.Asking(p.model), system.Timeout(5*time.Second),
		system.Join(more...))
}

func (p *plant) serve(more ...env) *system.Server {
	p.t.Helper()
	return system.Serve(p.t, p.settings(more...))
}

func (p *plant) work(more ...env) *process.Process {
	p.t.Helper()
	return system.Work(p.t, p.settings(more...))
}

// command runs the program to its end and gives its exit status and what it said.
func (p *plant) command(args ...string) (status int, stdout, stderr string) {
	p.t.Helper()
	return system.Run(p.t, p.settings(), args...)
}

// post creates a ticket, which must be acknowledged as pending at once.
func (p *plant) post(s *system.Server, title string) int64 {
	p.t.Helper()
	began := time.Now()
	made := s.Post(p.t, title)
	require.Equal(p.t, client.AIStatusPending, made.AiStatus)
	require.Less(p.t, time.Since(began), prompt)
	return made.Id
}

func (p *plant) postMany(s *system.Server, n int) {
	p.t.Helper()
	for i := range n {
		p.post(s, fmt.Sprintf("Ticket %d", i))
	}
}

// seed stores n pending tickets and announces them, as n requests would, but faster.
func (p *plant) seed(n int) {
	p.t.Helper()
	p.announce(p.store(n))
}

func (p *plant) store(n int) (ids []int64) {
	p.t.Helper()
	rows, err := p.db.Query(`INSERT INTO tickets (title, description)
		SELECT 'Ticket ' || n, $2 FROM generate_series(1, $1) n RETURNING id`, n, system.Description)
	require.NoError(p.t, err)
	defer rows.Close()
	for rows.Next() {
		var id int64
		require.NoError(p.t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(p.t, rows.Err())
	return ids
}

func (p *plant) announce(ids []int64) {
	p.t.Helper()
	_, err := p.r.Pipelined(context.Background(), func(pipe redis.Pipeliner) error {
		for _, id := range ids {
			p.add(pipe, fmt.Sprintf(`{"id":%d,"title":"t","description":"d"}`, id))
		}
		return nil
	})
	require.NoError(p.t, err)
}

// add writes an entry as any program may.
func (p *plant) add(to redis.Cmdable, payload string) {
	to.XAdd(context.Background(), &redis.XAddArgs{Stream: stream, Values: map[string]any{"payload": payload}})
}

// count counts the tickets, or other rows, that match.
func (p *plant) count(from string) int {
	p.t.Helper()
	return system.Count(p.t, p.db, from)
}

func (p *plant) done() int { return p.count(`tickets WHERE ai_status = 'done'`) }

func (p *plant) fallbacks() int { return p.count(`tickets WHERE ai_status = 'fallback'`) }

func (p *plant) allDone(n int, within time.Duration) {
	p.t.Helper()
	p.eventually(fmt.Sprintf("%d tickets are done", n), within, func() bool { return p.done() == n })
	require.Zero(p.t, p.count(`tickets WHERE ai_status <> 'done'`))
}

func (p *plant) length(stream string) int {
	n, err := p.r.XLen(context.Background(), stream).Result()
	require.NoError(p.t, err)
	return int(n)
}

// pending are the entries that workers hold and have not acknowledged.
func (p *plant) pending() []redis.XPendingExt {
	list, err := p.r.XPendingExt(context.Background(), &redis.XPendingExtArgs{Stream: stream, Group: group,
		Start: "-", End: "+", Count: 10_000}).Result()
	require.NoError(p.t, err)
	return list
}

func (p *plant) eventually(why string, within time.Duration, condition func() bool) {
	p.t.Helper()
	deadline := time.Now().Add(within)
	for !condition() {
		require.True(p.t, time.Now().Before(deadline),
			"not within %v: %s; %d done, %d fallback, %d pending tickets, %d model calls",
			within, why, p.done(), p.fallbacks(), p.count(`tickets WHERE ai_status = 'pending'`), p.model.Calls())
		time.Sleep(poll)
	}
}
