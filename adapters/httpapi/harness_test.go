package httpapi_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/httpapi/gen/client"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/contract"
)

// setup is what a test may change of the API that it serves.
type setup struct {
	store      store
	classifier domain.Classifier
	timeout    time.Duration
	now        func() time.Time
	limit      httpapi.RateLimit
	ready      []httpapi.Check
	keys       []httpapi.Key
	queued     bool
	closed     bool // the metrics need a key
	profiles   bool
	proxies    []netip.Prefix
	origins    []string
	review     domain.ReviewPolicy
	meter      httpapi.RequestMeter
	sender     ports.WebhookSender
	eventless  bool
	boardless  bool
}

// api is a served API and a client that checks every answer against openapi.yaml.
type api struct {
	*client.ClientWithResponses
	url     string
	http    *http.Client
	handler http.Handler
	log     *logbook
}

// serve serves the API over a store; the classifier answers at once.
func serve(t *testing.T, s store, changes ...func(*setup)) *api {
	t.Helper()
	cfg := setup{store: s, classifier: domain.ClassifierFunc(byWord), timeout: 5 * time.Second, now: time.Now,
		sender: &outbox{}}
	for _, change := range changes {
		change(&cfg)
	}
	book := &logbook{}
	log := slog.New(httpapi.LogRequestIDs(slog.NewJSONHandler(book,
		&slog.HandlerOptions{Level: slog.LevelDebug})))
	handler, err := httpapi.New(useCases(cfg, log), httpapi.Options{
		RateLimit: cfg.limit, Clock: ports.ClockFunc(cfg.now), Log: log,
		Ready: append([]httpapi.Check{{Name: "store", Ping: cfg.store.Ping}}, cfg.ready...),
		Keys:  cfg.keys, Receivers: receivers, TrustedProxies: cfg.proxies, Origins: cfg.origins,
		Queued: cfg.queued, Metrics: http.HandlerFunc(metrics), MetricsPublic: !cfg.closed,
		Meter: cfg.meter, Profiles: cfg.profiles, Board: !cfg.boardless,
	})
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	var opts []contract.Option
	if cfg.limit.Max > 0 {
		opts = append(opts, contract.RateLimited())
	}
	return &api{
		contract.Client(t, server.URL, opts...), server.URL, contract.HTTPClient(t, opts...), handler, book,
	}
}

func useCases(cfg setup, log *slog.Logger) httpapi.UseCases {
	clock := ports.ClockFunc(cfg.now)
	st := cfg.store
	var starter classification.Starter = classification.NewClassifyNow(st, cfg.classifier,
		classification.ClassifyLimits{
			Timeout: cfg.timeout, Policy: classification.RetryAtOnce(), Review: cfg.review,
		}, clock, ports.NoMeter{}, log)
	if cfg.queued {
		starter = nobodyStarts{}
	}
	hooks, feed := webhooks(st, cfg.sender, clock), app.NewFollowEvents(st)
	if cfg.eventless {
		hooks, feed = nil, nil
	}
	return httpapi.UseCases{
		CreateTicket:          app.NewCreateTicket(st, st, starter, clock),
		RequestClassification: classification.NewRequestClassification(st, starter, clock),
		EditTicket:            app.NewEditTicket(st, clock, ports.NoMeter{}),
		DeleteTicket:          app.NewDeleteTicket(st),
		ReadStats:             app.NewReadStats(st),
		ListTickets:           app.NewListTickets(st),
		CreateUser:            app.NewCreateUser(st, clock),

		Tickets: st, Record: st, Users: st, Events: feed, Webhooks: hooks,
	}
}

// metrics stands for the metrics of the process.
func metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	if _, err := io.WriteString(w, "up 1\n"); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// nobodyStarts is queue mode without a worker.
type nobodyStarts struct{}

func (nobodyStarts) Lease() ports.Lease { return ports.Lease{} }

func (nobodyStarts) Start(_ context.Context, t domain.Ticket, _ ports.Lease) domain.Ticket { return t }

// byWord is a classifier that follows the labels in the title: "billing high" is billing and high.
func byWord(_ context.Context, text domain.Text) (domain.Answer, error) {
	category, priority := domain.CategoryGeneral, domain.PriorityLow
	for _, c := range domain.Categories() {
		if strings.Contains(text.Title(), c.String()) {
			category = c
		}
	}
	for _, p := range domain.Priorities() {
		if strings.Contains(text.Title(), p.String()) {
			priority = p
		}
	}
	v, err := domain.NewVerdict(category, priority, new(0.75), new(0.5), "")
	return domain.Answer{Verdict: v, Source: domain.SourceLocal, Model: "by-word"}, err
}

// response is an answer that has been read.
type response struct {
	*http.Response
	body string
}

// do sends a request as it is and reads the answer, which the client has checked.
func (a *api) do(t *testing.T, r *http.Request) response {
	t.Helper()
	res, err := a.http.Do(r)
	require.NoError(t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return response{res, string(body)}
}

// request returns a request with a JSON body; "" means none.
func (a *api) request(t *testing.T, method, path, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, a.url+path, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// get sends a GET and reads the answer.
func (a *api) get(t *testing.T, path string) response {
	t.Helper()
	return a.do(t, a.request(t, http.MethodGet, path, ""))
}

// newTicket creates a ticket and expects success.
func (a *api) newTicket(t *testing.T, title string, createdBy *int64) client.Ticket {
	t.Helper()
	res, err := a.CreateTicketWithResponse(t.Context(), nil,
		client.NewTicket{Title: title, Description: "d", CreatedBy: createdBy})
	require.NoError(t, err)
	require.NotNil(t, res.JSON201, "%s", res.Body)
	return *res.JSON201
}

// newUser creates a user and expects success.
func (a *api) newUser(t *testing.T, name, email string) client.User {
	t.Helper()
	res, err := a.CreateUserWithResponse(t.Context(), client.NewUser{Name: name, Email: email})
	require.NoError(t, err)
	require.NotNil(t, res.JSON201, "%s", res.Body)
	return *res.JSON201
}

// logbook is a log in memory.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func ptr[T any](v T) *T { return &v }
