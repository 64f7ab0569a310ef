package queue_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/migrations"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/testenv"
)

const (
	stream     = "classify"
	deadStream = "classify.dead"
	group      = "ticketd"

	// patience bounds waits for what comes soon: many processes share few cores.
	patience = 60 * time.Second
	poll     = 20 * time.Millisecond
)

type env = map[string]string

// plant is queue mode as a whole, without its processes: database, Redis and the imitation of the model.
type plant struct {
	t     testing.TB
	redis *testenv.Server
	r     *redis.Client
	db    *sql.DB
	dbURL string
	model *modelserver.Server
	http  *http.Client
}

func newPlant(t testing.TB) *plant {
	t.Helper()
	return plantOn(t, testenv.Postgres(t))
}

// plantOn makes a plant on a PostgreSQL database, whose schema it brings up to date.
func plantOn(t testing.TB, dbURL string) *plant {
	t.Helper()
	p := &plant{t: t, redis: testenv.PrivateRedis(t), dbURL: dbURL, model: modelserver.New(t), http: &http.Client{Timeout: 20 * time.Second}}
	t.Cleanup(p.http.CloseIdleConnections)
	opts, err := redis.ParseURL(p.redis.URL())
	require.NoError(t, err)
	p.r = redis.NewClient(opts)
	t.Cleanup(func() { require.NoError(t, p.r.Close()) })
	p.db, err = sql.Open("postgres", dbURL)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.db.Close()) })

	s, err := postgres.Open(context.Background(), dbURL, postgres.Options{MaxConns: 1})
	require.NoError(t, err)
	m, err := migrations.Postgres(s.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(context.Background()))
	require.NoError(t, s.Close())
	return p
}

// settings are those of every process of the plant.
func (p *plant) settings(more ...env) env {
	all := env{
		"DB_URL": p.dbURL, "USE_QUEUE": "true", "REDIS_URL": p.redis.URL(), "PORT": "0", "RATE_LIMIT_WINDOW_MS": "0",
		"AI_CLASSIFIER": "openai", "OPENAI_API_KEY": modelserver.Key, "OPENAI_BASE_URL": p.model.URL(), "AI_TIMEOUT_MS": "5000",
	}
	for _, m := range more {
		maps.Copy(all, m)
	}
	return all
}

func (p *plant) serve(more ...env) *process.Process {
	p.t.Helper()
	s := process.Start(p.t, p.settings(more...), "serve")
	s.URL()
	return s
}

func (p *plant) work(more ...env) *process.Process {
	p.t.Helper()
	w := process.Start(p.t, p.settings(more...), "worker")
	w.WaitLog("Worker running", patience)
	return w
}

// command runs the program to its end and gives its exit status and what it said.
func (p *plant) command(args ...string) (status int, stdout, stderr string) {
	p.t.Helper()
	c := process.Start(p.t, p.settings(), args...)
	status = c.Wait(patience)
	return status, c.Log(), c.Stderr()
}

// answer is a ticket or a problem.
type answer struct {
	status       int
	ID           int64    `json:"id"`
	AIStatus     string   `json:"ai_status"`
	Category     string   `json:"category"`
	AIConfidence *float64 `json:"ai_confidence"`
	Code         string   `json:"code"`
}

func (p *plant) call(method, url, body string) (answer, error) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := p.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: res.StatusCode}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&a); err != nil {
		return answer{}, fmt.Errorf("%w in %s", err, text)
	}
	return a, nil
}

// post creates a ticket, which must be acknowledged as pending within a second.
func (p *plant) post(url, title string) int64 {
	p.t.Helper()
	began := time.Now()
	a, err := p.call(http.MethodPost, url+"/tickets", fmt.Sprintf(`{"title":%q,"description":"Please help."}`, title))
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusCreated, a.status, a.Code)
	require.Equal(p.t, "pending", a.AIStatus)
	require.Less(p.t, time.Since(began), time.Second)
	return a.ID
}

func (p *plant) postMany(url string, n int) {
	p.t.Helper()
	for i := range n {
		p.post(url, fmt.Sprintf("Ticket %d", i))
	}
}

// seed stores n pending tickets and announces them, as n requests would, but faster.
func (p *plant) seed(n int) {
	p.t.Helper()
	p.announce(p.store(n))
}

func (p *plant) store(n int) (ids []int64) {
	p.t.Helper()
	rows, err := p.db.Query(`INSERT INTO tickets (title, description) SELECT 'Ticket ' || n, 'Please help.' FROM generate_series(1, $1) n RETURNING id`, n)
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
func (p *plant) count(from string) (n int) {
	p.t.Helper()
	require.NoError(p.t, p.db.QueryRow(`SELECT count(*) FROM `+from).Scan(&n))
	return n
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
	list, err := p.r.XPendingExt(context.Background(), &redis.XPendingExtArgs{Stream: stream, Group: group, Start: "-", End: "+", Count: 10_000}).Result()
	require.NoError(p.t, err)
	return list
}

func (p *plant) eventually(why string, within time.Duration, condition func() bool) {
	p.t.Helper()
	deadline := time.Now().Add(within)
	for !condition() {
		require.True(p.t, time.Now().Before(deadline), "not within %v: %s; %d done, %d fallback, %d pending tickets, %d model calls",
			within, why, p.done(), p.fallbacks(), p.count(`tickets WHERE ai_status = 'pending'`), p.model.Calls())
		time.Sleep(poll)
	}
}

// number writes a figure of the log.
func number(v any) string { return fmt.Sprintf("%.0f", v) }

// workerURL is the address of a worker's probes.
func workerURL(w *process.Process) string {
	return "http://127.0.0.1:" + number(w.WaitLog("Worker running", patience)["port"])
}
