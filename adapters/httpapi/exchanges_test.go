package httpapi_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/domain"
	"ticketd/tests/support/contract"
)

// shared lists the statuses that all operations describe by the same component: one proof of each is enough.
var shared = []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}

// walked holds one valid request for each operation.
var walked = map[string]hostile{
	"createTicket":        {method: "POST", path: "/tickets", body: titled(`"t"`)},
	"listTickets":         {method: "GET", path: "/tickets"},
	"getTicket":           {method: "GET", path: "/tickets/1"},
	"editTicket":          {method: "PATCH", path: "/tickets/1", body: `{"status":"closed"}`},
	"listClassifications": {method: "GET", path: "/tickets/1/classifications"},
	"classifyTicket":      {method: "POST", path: "/tickets/1/classify"},
	"listEvents":          {method: "GET", path: "/events"},
	"listTicketEvents":    {method: "GET", path: "/tickets/1/events"},
	"createUser":          {method: "POST", path: "/users", body: `{"name":"n","email":"new@example.com"}`},
	"listUsers":           {method: "GET", path: "/users"},
	"getUser":             {method: "GET", path: "/users/1"},
	"deleteTicket":        {method: "DELETE", path: "/tickets/1"},
	"deleteUser":          {method: "DELETE", path: "/users/1"},
	"createWebhook":       {method: "POST", path: "/webhooks", body: anyHook},
	"listWebhooks":        {method: "GET", path: "/webhooks"},
	"getWebhook":          {method: "GET", path: "/webhooks/1"},
	"editWebhook":         {method: "PATCH", path: "/webhooks/1", body: `{"active":true}`},
	"deleteWebhook":       {method: "DELETE", path: "/webhooks/1"},
	"testWebhook":         {method: "POST", path: "/webhooks/1/test"},
	"rotateWebhookSecret": {method: "POST", path: "/webhooks/1/rotate-secret"},
	"listDeliveries":      {method: "GET", path: "/webhooks/1/deliveries"},
	"replayDeliveries":    {method: "POST", path: "/webhooks/1/replay", body: `{"failed":true}`},
	"getStats":            {method: "GET", path: "/stats"},
	"getStart":            {method: "GET", path: "/"},
	"getBoard":            {method: "GET", path: "/board"},
	"getDocs":             {method: "GET", path: "/docs"},
	"getDocsJson":         {method: "GET", path: "/docs.json"},
	"getOpenapiYaml":      {method: "GET", path: "/openapi.yaml"},
	"getHealth":           {method: "GET", path: "/healthz"},
	"getReadiness":        {method: "GET", path: "/readyz"},
	"getMetrics":          {method: "GET", path: "/metrics"},
}

// success holds the status of an operation's valid request; 200 if missing.
var success = map[string]int{
	"createTicket": 201, "createUser": 201, "deleteTicket": 204, "deleteUser": 204,
	"createWebhook": 201, "deleteWebhook": 204, "replayDeliveries": 202,
}

// scene stores ticket 1, classified, ticket 2, pending, user 1 and webhook 1.
func scene(t *testing.T, s store) {
	t.Helper()
	a := serve(t, s)
	a.newTicket(t, "billing", nil)
	wait(t, s)
	a.newUser(t, "n", "n@example.com")
	a.newWebhook(t, anyHook)
}

// turns holds, by status, the change to the valid request that gets it.
var turns = map[int]func(h hostile) hostile{
	http.StatusBadRequest: func(h hostile) hostile {
		h.path += "?no=such"
		return h
	},
	http.StatusUnauthorized: func(h hostile) hostile { return h },
	http.StatusNotFound: func(h hostile) hostile {
		h.path = strings.Replace(h.path, "/1", "/77", 1)
		return h
	},
	http.StatusRequestEntityTooLarge: func(h hostile) hostile {
		h.body += strings.Repeat(" ", 256<<10)
		return h
	},
	http.StatusUnsupportedMediaType: func(h hostile) hostile {
		h.header = http.Header{"Content-Type": {"text/plain"}}
		return h
	},
}

// special holds the exchanges that no turn makes.
var special = map[contract.Exchange]hostile{
	{Operation: "classifyTicket", Status: 202}: walked["classifyTicket"],
	{Operation: "createTicket", Status: 409}: {
		method: "POST", path: "/tickets", body: titled(`"pending"`),
		header: http.Header{"Idempotency-Key": {"busy"}},
	},
	{Operation: "createTicket", Status: 422}: {
		method: "POST", path: "/tickets", body: titled(`"other"`),
		header: http.Header{"Idempotency-Key": {"busy"}},
	},
	{Operation: "createUser", Status: 409}: {
		method: "POST", path: "/users", body: `{"name":"n","email":"N@example.com"}`,
	},
	{Operation: "editTicket", Status: 409}: {
		method: "PATCH", path: "/tickets/2", body: `{"confirmed":true}`,
	},
	{Operation: "editTicket", Status: 412}: {
		method: "PATCH", path: "/tickets/1",
		body: `{"status":"closed"}`, header: http.Header{"If-Match": {`"77"`}},
	},
	{Operation: "createWebhook", Status: 404}: walked["createWebhook"],
	{Operation: "listWebhooks", Status: 404}:  walked["listWebhooks"],
	{Operation: "listEvents", Status: 404}:    walked["listEvents"],
	{Operation: "getBoard", Status: 404}:      walked["getBoard"],
	{Operation: "createWebhook", Status: 409}: walked["createWebhook"],
	{Operation: "editWebhook", Status: 412}: {
		method: "PATCH", path: "/webhooks/1",
		body: `{"active":true}`, header: http.Header{"If-Match": {`"77"`}},
	},
	{Operation: "deleteTicket", Status: 412}: {
		method: "DELETE", path: "/tickets/1", header: http.Header{"If-Match": {`"77"`}},
	},
}

// needs returns the changes of the server that a status needs.
func needs(e contract.Exchange) []func(*setup) {
	switch {
	case e.Status == http.StatusUnauthorized:
		return []func(*setup){func(s *setup) {
			s.keys, s.closed = []httpapi.Key{httpapi.NewKey("team", "team-key-0123456789")}, true
		}}
	case e.Status == http.StatusTooManyRequests:
		return []func(*setup){func(s *setup) { s.limit = httpapi.RateLimit{Window: time.Minute, Max: 1} }}
	case e.Status == http.StatusInternalServerError:
		return []func(*setup){func(s *setup) { s.store = faulty{s.store, func() error { panic(inside) }} }}
	case e.Status == http.StatusServiceUnavailable:
		return []func(*setup){func(s *setup) {
			s.store = faulty{s.store, func() error { return domain.ErrStoreUnavailable }}
			s.ready = []httpapi.Check{
				{Name: "redis", Ping: func(context.Context) error { return domain.ErrStoreUnavailable }},
			}
		}}
	case e.Status == http.StatusNotFound && (special[e].path == "/webhooks" || special[e].path == "/events"):
		return []func(*setup){func(s *setup) { s.eventless = true }}
	case e == contract.Exchange{Operation: "getBoard", Status: http.StatusNotFound}:
		return []func(*setup){func(s *setup) { s.boardless = true }}
	case e.Operation == "classifyTicket" && e.Status == http.StatusAccepted:
		return []func(*setup){func(s *setup) { s.queued = true }}
	}
	return nil
}

// holdKey stores a ticket whose first request is still at work.
func holdKey(t *testing.T, s store) {
	t.Helper()
	queued := serve(t, s, func(cfg *setup) { cfg.queued = true })
	require.Equal(t, http.StatusCreated, queued.once(t, "busy", titled(`"pending"`)).StatusCode)
}

// asked returns the request for an exchange, or false if there is none.
func asked(e contract.Exchange) (hostile, bool) {
	if h, found := special[e]; found {
		return h, true
	}
	h, found := walked[e.Operation]
	if !found {
		return h, false
	}
	if turn, found := turns[e.Status]; found {
		return turn(h), true
	}
	want := success[e.Operation]
	if want == 0 {
		want = http.StatusOK
	}
	return h, e.Status == want || slices.Contains(shared, e.Status)
}

func TestEveryStatusOfEveryOperation(t *testing.T) {
	t.Parallel()
	described, err := contract.Described()
	require.NoError(t, err)
	slices.SortFunc(described, func(a, b contract.Exchange) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Status, b.Status))
	})
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		common := open(t) // for the requests that change nothing
		scene(t, common)
		proven := map[int]bool{}
		for _, e := range described {
			h, known := asked(e)
			if slices.Contains(shared, e.Status) && proven[e.Status] {
				continue
			}
			require.True(t, known, "nobody has said how %s is to be asked for its %d", e.Operation, e.Status)
			proven[e.Status] = true
			t.Run(fmt.Sprintf("%s answers %d", e.Operation, e.Status), func(t *testing.T) {
				t.Parallel()
				s := common
				if _, found := special[e]; found || e.Status < http.StatusBadRequest {
					s = open(t)
					scene(t, s)
				}
				a := serve(t, s, needs(e)...)
				if h.header.Get("Idempotency-Key") != "" {
					holdKey(t, s)
				}
				if e.Operation == "createWebhook" && e.Status == http.StatusConflict {
					fillWebhooks(t, s)
				}
				if e.Status == http.StatusTooManyRequests {
					a.get(t, "/tickets")
				}
				before := contract.Seen()[e]
				res := a.do(t, h.request(t, a))
				require.Equal(t, e.Status, res.StatusCode, res.body)
				require.Greater(t, contract.Seen()[e], before, "the contract takes it for another operation")
			})
		}
		for _, status := range shared {
			require.True(t, proven[status], "no operation describes %d", status)
		}
	})
}
