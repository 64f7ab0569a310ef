package contract_test

import (
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/local"
	"ticketd/app"
	"ticketd/app/classification"
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
	handler, err := httpapi.New(httpapi.UseCases{
		CreateTicket:          app.NewCreateTicket(s, s, starter, clock),
		RequestClassification: classification.NewRequestClassification(s, starter, clock),
		EditTicket:            app.NewEditTicket(s, clock, ports.NoMeter{}),
		DeleteTicket:          app.NewDeleteTicket(s),
		ListTickets:           app.NewListTickets(s),
		ReadStats:             app.NewReadStats(s),
		CreateUser:            app.NewCreateUser(s, clock),

		Tickets: s, Record: s, Users: s, Events: app.NewFollowEvents(s),
	}, httpapi.Options{
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
	return status
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
