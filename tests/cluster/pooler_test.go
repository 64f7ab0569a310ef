//go:build cluster

package cluster_test

import (
	"database/sql"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// poolerSeeds is the number of tickets of each kind that are there before the load.
const poolerSeeds = 30

func TestPoolerThatSharesSessions(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t, testenv.Durable())
	pooler := testenv.PgBouncer(t, server,
		testenv.Setting("pool_mode", "transaction"), testenv.Setting("default_pool_size", "5"))
	direct := system.Open(t, server.URL())
	receiver := newPoolerReceiver(t)
	on := system.Join(system.On(pooler.URL()), system.Queue(testenv.PrivateRedis(t).URL()), system.Env{
		"AI_CLASSIFIER": "local", "WEBHOOK_ALLOW_HTTP": "true", "WEBHOOK_ALLOW_NETWORKS": "127.0.0.0/8",
	})
	first, second := system.Serve(t, on), system.Serve(t, on)
	require.Equal(t, "transaction", first.WaitLog("PostgreSQL sessions", system.Patience)["pooler"])
	system.Work(t, on)

	apis := []*system.API{system.UncheckedAPI(t, first.Base), system.UncheckedAPI(t, second.Base)}
	apis[0].Do(t, http.StatusCreated, http.MethodPost, "/webhooks", `{"url": "`+receiver.url+`"}`)
	load := newPoolerLoad(t, apis)
	load.run(t, 6*time.Second, nil)
	require.Zero(t, load.unavailable.Load(), "nothing was away")
	load.run(t, 9*time.Second, func() {
		for range 3 {
			time.Sleep(2 * time.Second)
			pooler.Restart()
		}
	})

	load.nothingLost(t, direct)
	require.Eventually(t, func() bool {
		return system.Count(t, direct, `tickets WHERE ai_status <> 'done'`) == 0
	}, system.Patience, 100*time.Millisecond, "the worker classifies them all")
	require.Eventually(t, func() bool { return receiver.count() == system.Count(t, direct, `events`) },
		system.Patience, 100*time.Millisecond, "the webhook is told of every event")
	poolerCommands(t, on, system.Count(t, direct, `tickets`))
	requireNothingLeaked(t, pooler, direct, 5)
	for _, p := range []*system.Server{first, second} {
		for _, line := range p.Lines() {
			require.NotEqual(t, "error", line["level"], "%v", line)
		}
	}
}

func TestPoolerWithFewSessions(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t, testenv.Durable())
	pooler := testenv.PgBouncer(t, server,
		testenv.Setting("pool_mode", "session"), testenv.Setting("default_pool_size", "6"))
	p := system.Serve(t, system.On(pooler.URL()), system.Env{"AI_CLASSIFIER": "local"})
	require.Equal(t, "session", p.WaitLog("PostgreSQL sessions", system.Patience)["pooler"])
	load := newPoolerLoad(t, []*system.API{system.UncheckedAPI(t, p.Base)})
	load.run(t, 5*time.Second, nil)
	require.Zero(t, load.unavailable.Load(), "who gets no session waits for another's")
	load.run(t, 5*time.Second, func() {
		time.Sleep(time.Second)
		pooler.Restart()
	})
	load.nothingLost(t, system.Open(t, server.URL()))

	full := testenv.PgBouncer(t, server,
		testenv.Setting("pool_mode", "session"), testenv.Setting("default_pool_size", "1"))
	require.NoError(t, system.Open(t, full.URL()).PingContext(t.Context()), "the only session is taken")
	status, _, stderr := system.Run(
		t, system.On(full.URL()), "export", "--out", filepath.Join(t.TempDir(), "x"))
	require.NotZero(t, status)
	require.Contains(t, stderr, "DB_MAX_CONNS")
}

func TestSixMigrateThroughAPooler(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t, testenv.Durable())
	pooler := testenv.PgBouncer(t, server,
		testenv.Setting("pool_mode", "transaction"), testenv.Setting("default_pool_size", "3"))
	direct := system.Open(t, server.URL())
	var starters []*process.Process
	for range 6 {
		starters = append(starters, system.Launch(t, system.On(pooler.URL()), system.Env{"AI_CLASSIFIER": "local"}))
	}
	for _, p := range starters {
		system.Running(t, p)
	}
	for _, p := range starters {
		require.Zero(t, p.Terminate(system.Patience))
	}
	requireNothingLeaked(t, pooler, direct, 3)

	// A killed one leaves an index that the server still builds.
	migrate := func(args ...string) (int, string) {
		status, _, stderr := system.Run(t, system.On(pooler.URL()), append([]string{"migrate"}, args...)...)
		return status, stderr
	}
	status, said := migrate("down", "8", "--yes")
	require.Zero(t, status, said)
	old, err := direct.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	require.NoError(t, err)
	_, err = old.ExecContext(t.Context(), `SELECT count(*) FROM users`)
	require.NoError(t, err)
	killed := process.Start(t, system.On(pooler.URL()), "migrate", "up")
	require.Eventually(t, func() bool {
		return system.Count(t, direct, `pg_stat_activity WHERE wait_event_type = 'Lock'
			AND query LIKE '%CREATE INDEX CONCURRENTLY%' AND pid <> pg_backend_pid()`) == 1
	}, system.Patience, 20*time.Millisecond)
	killed.Kill()
	require.Eventually(t, func() bool { return advisoryLocks(t, direct) == 0 }, system.Patience,
		20*time.Millisecond)
	next := process.Start(t, system.On(pooler.URL()), "migrate", "up")
	require.Eventually(t, func() bool { return advisoryLocks(t, direct) == 1 }, system.Patience,
		20*time.Millisecond)
	require.NoError(t, old.Rollback())
	require.Zero(t, next.Wait(system.Patience), next.Stderr())
	require.Zero(t, system.Count(t, direct, `pg_index WHERE NOT indisvalid`))
	requireNothingLeaked(t, pooler, direct, 3)
}

// advisoryLocks counts those of the database.
func advisoryLocks(t *testing.T, direct *sql.DB) int {
	t.Helper()
	return system.Count(t, direct, `pg_locks WHERE locktype = 'advisory'`)
}

// requireNothingLeaked looks at each session of the pool.
func requireNothingLeaked(t *testing.T, pooler *testenv.Server, direct *sql.DB, size int) {
	t.Helper()
	require.Zero(t, advisoryLocks(t, direct))
	db := system.Open(t, pooler.URL())
	for range size {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		defer func() { require.NoError(t, tx.Rollback()) }()
		var timeouts string
		var prepared int
		require.NoError(t, tx.QueryRowContext(t.Context(), `SELECT current_setting('lock_timeout') || ' ' ||
			current_setting('statement_timeout'), (SELECT count(*) FROM pg_prepared_statements)`,
		).Scan(&timeouts, &prepared))
		require.Equal(t, "0 0", timeouts)
		require.Zero(t, prepared)
	}
}

// poolerCommands runs what people run, while the servers do.
func poolerCommands(t *testing.T, on system.Env, tickets int) {
	t.Helper()
	dir := t.TempDir()
	run := func(wanted int, args ...string) string {
		status, stdout, stderr := system.Run(t, on, args...)
		require.Equal(t, wanted, status, "%v: %s%s", args, stdout, stderr)
		return stdout + stderr
	}
	all, archive := filepath.Join(dir, "all.jsonl"), filepath.Join(dir, "archive.jsonl")
	run(0, "export", "--out", all)
	lines, err := os.ReadFile(all)
	require.NoError(t, err)
	require.Equal(t, tickets, strings.Count(string(lines), "\n"))
	run(0, "export", "--full", "--out", archive)
	run(0, "reclassify", "--dry-run")
	run(0, "purge", "--closed-before", "365d", "--dry-run")
	run(0, "migrate", "version")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "more.jsonl"),
		[]byte(`{"title": "imported beta", "description": "through the pooler", "id": "1"}`+"\n"), 0o600))
	run(0, "import", filepath.Join(dir, "more.jsonl"))
	said := run(1, "train", "--from-db", "--out", filepath.Join(dir, "model"))
	require.Contains(t, said, "too little to learn from", "it read all that people corrected")
}

// poolerReceiver counts the events that a webhook tells, each once.
type poolerReceiver struct {
	url  string
	mu   sync.Mutex
	seen map[string]bool
}

func newPoolerReceiver(t *testing.T) *poolerReceiver {
	t.Helper()
	r := &poolerReceiver{seen: map[string]bool{}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body) // the sender may be gone
		r.mu.Lock()
		defer r.mu.Unlock()
		r.seen[req.Header.Get("Webhook-Id")] = true
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(s.Close)
	r.url = s.URL
	return r
}

func (r *poolerReceiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seen)
}
