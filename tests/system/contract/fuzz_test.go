package contract_test

import (
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/local"
	"ticketd/adapters/webhook"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/contract"
	"ticketd/tests/support/stores"
)

var (
	seed     = flag.Uint64("contract.seed", 0, "which requests the fuzzer makes; 0: others each time")
	requests = flag.Int("contract.requests", 2000,
		"how many requests the fuzzer makes on SQLite; on PostgreSQL half as many")
)

type store = stores.Store

// serveAPI serves the API as the program does, with the offline classifier and without a limit.
func serveAPI(t *testing.T, s store) string {
	t.Helper()
	clock, log := ports.ClockFunc(time.Now), slog.New(slog.DiscardHandler)
	starter := classification.NewClassifyNow(s, local.New(), classification.ClassifyLimits{
		Timeout: time.Minute, Policy: classification.RetryAtOnce(),
	}, clock, ports.NoMeter{}, log)
	// No request leaves this process: the only receivers that are named are on this machine.
	sender := webhook.New(webhook.Options{})
	t.Cleanup(sender.Close)
	receivers := domain.ReceiverRules{Reachable: webhook.Guard{}.Reachable}
	handler, err := httpapi.New(httpapi.UseCases{
		CreateTicket:          app.NewCreateTicket(s, s, starter, clock),
		RequestClassification: classification.NewRequestClassification(s, starter, clock),
		EditTicket:            app.NewEditTicket(s, clock, ports.NoMeter{}),
		DeleteTicket:          app.NewDeleteTicket(s),
		ListTickets:           app.NewListTickets(s),
		ReadStats:             app.NewReadStats(s),
		CreateUser:            app.NewCreateUser(s, clock),

		Tickets: s, Record: s, Users: s, Events: app.NewFollowEvents(s),
		Webhooks: &httpapi.Webhooks{
			Create: app.NewCreateWebhook(s, receivers, clock), Edit: app.NewEditWebhook(s, receivers),
			RotateSecret: app.NewRotateWebhookSecret(s, clock), Test: app.NewTestWebhook(s, sender, clock),
			Replay: app.NewReplayDeliveries(s), Store: s, Deliveries: s,
		},
	}, httpapi.Options{
		Receivers: receivers, Board: true,
		Clock: clock, Log: log, MetricsPublic: true, Ready: []httpapi.Check{{Name: "store", Ping: s.Ping}},
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Write([]byte("up 1\n"))
		}),
	})
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// mostHooks is how many webhooks there are at a time.
const mostHooks = 20

// fuzzer sends generated requests and looks at what comes back.
type fuzzer struct {
	*generator
	*testing.T
	client *http.Client
	url    string
}

func TestWhateverIsSentTheAnswerIsDescribed(t *testing.T) {
	t.Parallel()
	first := *seed
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	}
	t.Logf("-contract.seed=%d", first)
	all := operations(t)
	for name, open := range map[string]func(*testing.T) store{
		"sqlite": stores.SQLite, "postgres": stores.Postgres,
	} {
		t.Run("on "+name, func(t *testing.T) {
			t.Parallel()
			f := fuzzer{newGenerator(first), t, contract.HTTPClient(t), serveAPI(t, open(t))}
			statuses := map[int]int{}
			most := *requests
			if name == "postgres" {
				most /= 2
			}
			for n := range most {
				op := pick(f.generator, all...)
				if !op.strict() && f.chance(90) {
					continue // the documentation takes no input
				}
				r := f.valid(op)
				if f.chance(60) {
					f.mutate(r)
				}
				statuses[f.try(r)]++
				if t.Failed() {
					t.Fatalf("request %d of -contract.seed=%d: %s", n, first, r)
				}
			}
			t.Log(statuses)
			for _, status := range []int{200, 201, 204, 400, 404, 405, 413, 415} {
				require.Positive(t, statuses[status], "status %d never came", status)
			}
		})
	}
}

// try sends one request, checks the answer and returns its status.
func (f fuzzer) try(r *request) int {
	status, answer := f.exchange(r)
	f.check(r, status, answer)
	if r.method == http.MethodGet && status == http.StatusOK {
		f.remember(r, answer)
	}
	if r.op.id == "createTicket" && status == http.StatusCreated && len(r.header["Idempotency-Key"]) == 0 {
		f.readBack(r, answer)
	}
	f.keepHooks(r, status, answer)
	return status
}

// keepHooks keeps the ids of the webhooks that there are, and their number within what is allowed.
func (f fuzzer) keepHooks(r *request, status int, answer []byte) {
	switch {
	case r.op.id == "deleteWebhook" && status == http.StatusNoContent:
		f.hooks = slices.DeleteFunc(f.hooks, func(id string) bool { return id == r.path["id"] })
	case r.op.id == "createWebhook" && status == http.StatusCreated:
		var made struct{ ID int64 }
		require.NoError(f, json.Unmarshal(answer, &made))
		f.hooks = append(f.hooks, strconv.FormatInt(made.ID, 10))
		if len(f.hooks) > mostHooks {
			oldest := &request{
				op: operation{path: "/webhooks/{id}"}, method: http.MethodDelete,
				path: map[string]string{"id": f.hooks[0]}, header: http.Header{},
			}
			f.hooks = f.hooks[1:]
			status, answer := f.exchange(oldest)
			require.Equal(f, http.StatusNoContent, status, "%s", answer)
		}
	case r.op.id == "testWebhook" && status == http.StatusOK:
		require.Contains(f, string(answer), `"delivered":false`, "it is on this machine")
	}
}

func (f fuzzer) exchange(r *request) (int, []byte) {
	res, err := r.send(f.Context(), f.client, f.url)
	require.NoError(f, err, "%s", r)
	body, err := io.ReadAll(res.Body)
	require.NoError(f, err)
	return res.StatusCode, body
}

// remember keeps the cursors that the API gives.
func (f fuzzer) remember(r *request, answer []byte) {
	var page struct {
		Pagination struct {
			Next *string `json:"next_cursor"`
		} `json:"pagination"`
	}
	if json.Unmarshal(answer, &page) == nil && page.Pagination.Next != nil {
		f.cursors[r.where()] = append(f.cursors[r.where()], *page.Pagination.Next)
	}
}

var mark = regexp.MustCompile(`zq[a-p]{12}qz`)
