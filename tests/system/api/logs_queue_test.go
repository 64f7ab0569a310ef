package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// secrets are all the values of the run below that no log may have, by where they are used.
var secrets = map[string]string{
	"an API key": "key-of-the-helpdesk-zx81", "a wrong key": "guessed-key-c64",
	"the model's key": modelserver.Key, "Redis' password": "redis-password-vic20",
	"the database's password": "db-password-pet2001", "the collector's key": "collector-key-amiga",
	"a title": "zanzibar", "a description": "quagmire",
	"an address in a text": "wombat@example.com", "a user's name": "hieronymus",
	"a user's e-mail address": "bosch@example.org", "a client's address": "203.0.113.77",
	"another client's address": "2001:db8:77::1", "an Idempotency-Key": "idempotency-spectrum",
	"a search": "xylophone", "a trace's state": "statevendor", "a path": "nowhere-near",
	"what a model says": "babbling", "an Authorization that is none": "dXNlcjpwYXNz",
}

// theWholePlant runs a server and a worker with every secret that they take.
func theWholePlant(
	t *testing.T,
) (api *system.Server, worker *process.Process, m *modelserver.Server, db, queue *testenv.Server) {
	t.Helper()
	m, db, queue = modelserver.New(t), testenv.PrivatePostgres(t), testenv.PrivateRedis(t)
	closed(t, queue)
	dbURL, _ := withPassword(t, db.URL(), secrets["the database's password"])
	redisURL := strings.Replace(queue.URL(), "redis://", "redis://ticketd:"+secrets["Redis' password"]+"@", 1)
	settings := system.Join(system.On(dbURL), system.Queue(redisURL), system.Asking(m),
		system.Timeout(time.Second), env{
			"RATE_LIMIT_MAX_REQUESTS": "100000", "API_KEYS": "helpdesk:" + secrets["an API key"],
			"TRUSTED_PROXIES": "127.0.0.1", "LOG_LEVEL": "debug", "WORKER_MAX_ATTEMPTS": "2", "AI_HEAL": "false",
			"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
			"OTEL_EXPORTER_OTLP_HEADERS":  "authorization=" + secrets["the collector's key"],
		})
	return system.Serve(t, settings), system.Work(t, settings, env{"WORKER_PORT": "0"}), m, db, queue
}

// tell sends a request with secrets wherever a client can put them.
func tell(t *testing.T, api *system.Server, method, path, body, key string) int {
	t.Helper()
	headers := []string{
		"Content-Type", "application/json", "Authorization", key, "X-Forwarded-For", secrets["a client's address"],
		"User-Agent", secrets["a title"], "Cookie", "session=" + secrets["a wrong key"],
		"Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"Tracestate", secrets["a trace's state"] + "=1", "Baggage", "title=" + secrets["a title"],
	}
	if repeatable := secrets["an Idempotency-Key"] + body; method == http.MethodPost && len(repeatable) <= 200 {
		headers = append(headers, "Idempotency-Key", repeatable)
	}
	res, _, err := api.Ask(t.Context(), method, path, body, headers...)
	require.NoError(t, err)
	return res.StatusCode
}

func TestNoLogOfAWholeRunHasASecret(t *testing.T) {
	t.Parallel()
	api, worker, m, db, queue := theWholePlant(t)
	key := "Bearer " + secrets["an API key"]
	ticket := func(i int) string {
		return fmt.Sprintf(`{"title":"%s %d","description":"%s %s"}`, secrets["a title"], i,
			secrets["a description"], secrets["an address in a text"])
	}
	settled := func() bool { return idle(t, api, key) }
	n := 0
	for _, b := range []modelserver.Behaviour{
		modelserver.Right(), modelserver.Status(http.StatusUnauthorized),
		modelserver.Status(http.StatusInternalServerError), modelserver.Refusal(),
		modelserver.Raw(secrets["what a model says"]), modelserver.Content(secrets["a title"]), modelserver.Cut(),
		modelserver.Slow(time.Hour, 0, modelserver.Right()),
	} {
		m.Behave(b)
		n++
		require.Equal(t, http.StatusCreated, tell(t, api, "POST", "/tickets", ticket(n), key))
		require.Eventually(t, settled, patience, 50*time.Millisecond, "%s", worker.Log())
	}
	m.Behave(modelserver.Right())
	user := fmt.Sprintf(`{"name":%q,"email":%q}`, secrets["a user's name"], secrets["a user's e-mail address"])
	for _, r := range [][3]string{
		{"POST", "/users", user}, {"POST", "/users", user},
		{"POST", "/users", `{"name":"` + secrets["a user's name"] + `","email":"` + secrets["a title"] + `"}`},
		{"GET", "/tickets?q=" + secrets["a search"], ""}, {"GET", "/tickets?" + secrets["a search"] + "=1", ""},
		{"GET", "/tickets?cursor=" + secrets["a title"], ""},
		{"GET", "/tickets/" + secrets["a path"], ""}, {"GET", "/" + secrets["a path"], ""},
		{"PATCH", "/tickets/1", `{"category":"billing"}`}, {"POST", "/tickets", secrets["a title"]},
		{"POST", "/tickets/2/classify", ""}, {"DELETE", "/users/1", ""}, {"GET", "/stats", ""},
		{"GET", "/tickets/1/classifications", ""}, {"GET", "/metrics", ""},
	} {
		tell(t, api, r[0], r[1], r[2], key)
	}
	for _, wrong := range []string{
		"Bearer " + secrets["a wrong key"], "Basic " + secrets["an Authorization that is none"],
		secrets["an API key"],
	} {
		require.Equal(t, http.StatusUnauthorized, tell(t, api, "GET", "/tickets", "", wrong))
	}

	add(t, queue, `{"title":"`+secrets["a title"]+`"}`)
	queue.Stop()
	require.Equal(t, http.StatusCreated, tell(t, api, "POST", "/tickets", ticket(n+1), key),
		"Redis is not needed for that")
	queue.Start()
	closed(t, queue)
	db.Stop()
	require.Equal(t, http.StatusServiceUnavailable, tell(t, api, "POST", "/tickets", ticket(n+2), key))
	db.Start()
	require.Eventually(t, settled, patience, 50*time.Millisecond)
	require.Zero(t, api.Terminate(patience))
	require.Zero(t, worker.Terminate(patience))

	requireSecrecy(t, api.Process)
	requireSecrecy(t, worker)
	requireLinesThatTell(t, api.Process, worker)
}

// idle reports whether no ticket is pending.
func idle(t *testing.T, api *system.Server, key string) bool {
	t.Helper()
	const pending = "/tickets?ai_status=pending"
	res, page, err := api.Ask(t.Context(), http.MethodGet, pending, "", "Authorization", key)
	require.NoError(t, err)
	return res.StatusCode == http.StatusOK && !strings.Contains(page, `"id":`)
}

func open(t *testing.T, queue *testenv.Server) *redis.Client {
	t.Helper()
	opts, err := redis.ParseURL(queue.URL())
	require.NoError(t, err)
	r := redis.NewClient(opts)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

// closed gives Redis a user with a password.
func closed(t *testing.T, queue *testenv.Server) {
	t.Helper()
	require.NoError(t, open(t, queue).Do(t.Context(), "ACL", "SETUSER", "ticketd", "on",
		">"+secrets["Redis' password"], "~*", "&*", "+@all").Err())
}

// add writes an entry that is no event.
func add(t *testing.T, queue *testenv.Server, payload string) {
	t.Helper()
	r := open(t, queue)
	require.NoError(t, r.XAdd(t.Context(), &redis.XAddArgs{Stream: "classify",
		Values: map[string]any{"payload": payload}}).Err())
	require.Eventually(t, func() bool {
		return r.XLen(t.Context(), "classify.dead").Val() > 0
	}, patience, 20*time.Millisecond)
}

func requireSecrecy(t *testing.T, p *process.Process) {
	t.Helper()
	require.Empty(t, p.Stderr())
	requireJSONLines(t, p)
	log := strings.ToLower(p.Log())
	for what, secret := range secrets {
		require.NotContains(t, log, strings.ToLower(secret), what)
		require.NotContains(t, log, strings.ToLower(url.QueryEscape(secret)), what)
	}
}

// requireLinesThatTell looks for the lines that people need at night.
func requireLinesThatTell(t *testing.T, api, worker *process.Process) {
	t.Helper()
	requests := 0
	for _, l := range api.Lines() {
		if l["msg"] != "request" || l["level"] == "debug" {
			continue
		}
		requests++
		for _, field := range []string{
			"method", "route", "status", "duration_ms", "bytes", "request_id", "trace_id", "span_id",
		} {
			require.Contains(t, l, field)
		}
		require.Contains(t, []any{"helpdesk", nil}, l["key"])
	}
	require.Greater(t, requests, 20)
	codes := map[any]bool{}
	for _, l := range worker.Lines() {
		if l["msg"] == "classification attempt failed" {
			require.Equal(t, "warn", l["level"])
			require.Positive(t, l["attempt"])
			require.Positive(t, l["ticket"])
			codes[l["error_code"]] = true
			if l["attempt"] == 1.0 {
				require.Len(t, l["trace_id"], 32, "it is the request's")
			}
		}
	}
	for _, code := range []string{"classifier_key", "classifier_unavailable", "bad_answer"} {
		require.True(t, codes[code], "%s of %v", code, codes)
	}
	require.Contains(t, api.Log(), `"msg":"ticket not announced; the workers find it later"`)
	require.Contains(t, worker.Log(), `"msg":"an entry of the stream is no event"`)
	require.Contains(t, api.Log(), `"msg":"request failed"`)
}
