package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/httpapi/gen/client"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// receivers reach no address in 10.0.0.0/8.
var receivers = domain.ReceiverRules{Reachable: func(a netip.Addr) bool {
	return !netip.MustParsePrefix("10.0.0.0/8").Contains(a)
}}

// outbox is a sender that keeps what it sends.
type outbox struct {
	mu     sync.Mutex
	sent   []domain.Event
	answer ports.SendResult
}

func (o *outbox) Send(_ context.Context, _ domain.Webhook, e domain.Event) ports.SendResult {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, e)
	return o.answer
}

func webhooks(st store, sender ports.WebhookSender, clock ports.Clock) *httpapi.Webhooks {
	return &httpapi.Webhooks{
		Create: app.NewCreateWebhook(st, receivers, clock), Edit: app.NewEditWebhook(st, receivers),
		RotateSecret: app.NewRotateWebhookSecret(st, clock), Test: app.NewTestWebhook(st, sender, clock),
		Replay: app.NewReplayDeliveries(st), Store: st, Deliveries: st,
	}
}

func (a *api) send(t *testing.T, method, path, body string) response {
	t.Helper()
	return a.do(t, a.request(t, method, path, body))
}

// newWebhook creates a webhook and expects success.
func (a *api) newWebhook(t *testing.T, body string) client.Webhook {
	t.Helper()
	res := a.send(t, http.MethodPost, "/webhooks", body)
	require.Equal(t, http.StatusCreated, res.StatusCode, res.body)
	return read[client.Webhook](t, res.body)
}

const anyHook = `{"url":"https://example.com/hooks"}`

func TestWebhooks(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t), atNoon)
		res := a.send(t, http.MethodPost, "/webhooks", `{"url":"https://example.com/hooks","types":["ticket.closed",
			"webhook.disabled"],"category":"billing","priority":"high","description":"d"}`)
		require.Equal(t, http.StatusCreated, res.StatusCode, res.body)
		w := read[client.Webhook](t, res.body)
		path := fmt.Sprint("/webhooks/", w.Id)
		require.Equal(t, path, res.Header.Get("Location"))
		secret := *w.Secret
		require.Regexp(t, `^whsec_.{32,}`, secret)
		require.Contains(t, res.body, `,"url":"https://example.com/hooks","description":"d",`+
			`"types":["ticket.closed","webhook.disabled"],"category":"billing","priority":"high",`+
			`"active":true,"disabled":null,"failing_seconds":0,"rotated_at":null,`+
			`"created_at":"2026-11-23T12:00:00.123456Z","secret":"whsec_`)

		plain := a.newWebhook(t, anyHook)
		list := a.get(t, "/webhooks?limit=1")
		require.NotContains(t, list.body, "whsec_")
		page := read[client.WebhookPage](t, list.body)
		require.Equal(t, plain.Id, page.Data[0].Id)
		next, err := page.Pagination.NextCursor.Get()
		require.NoError(t, err)
		page = read[client.WebhookPage](t, a.get(t, "/webhooks?limit=1&cursor="+next).body)
		require.Equal(t, w.Id, page.Data[0].Id)

		got := a.get(t, path)
		require.Equal(t, `"1"`, got.Header.Get("Etag"))
		require.NotContains(t, got.body, "whsec_")

		res = a.send(t, http.MethodPatch, path, `{"types":null,"category":null,"priority":null,"description":null,
			"active":false,"url":"https://example.org/"}`)
		require.Equal(t, http.StatusOK, res.StatusCode, res.body)
		require.Equal(t, `"2"`, res.Header.Get("Etag"))
		require.Contains(t, res.body, `,"url":"https://example.org/","description":null,"types":[],`+
			`"category":null,"priority":null,"active":false,`)
		require.Equal(t, res.body, a.get(t, path).body)
		res = a.send(t, http.MethodPatch, path, `{"category":"x"}`)
		require.Contains(t, res.body, "category must be one of billing, technical, general, null")
		r := a.request(t, http.MethodPatch, path, `{"active":true}`)
		r.Header.Set("If-Match", `"1"`)
		require.Equal(t, http.StatusPreconditionFailed, a.do(t, r).StatusCode)

		res = a.send(t, http.MethodPost, path+"/rotate-secret", "")
		require.Equal(t, http.StatusOK, res.StatusCode, res.body)
		rotated := read[client.Webhook](t, res.body)
		require.NotEqual(t, secret, *rotated.Secret)
		require.Contains(t, res.body, `"rotated_at":"2026-11-23T12:00:00.123456Z"`)

		require.Equal(t, http.StatusNoContent, a.send(t, http.MethodDelete, path, "").StatusCode)
		require.Equal(t, http.StatusNotFound, a.get(t, path).StatusCode)
	})
}

func TestWebhookInput(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	id := a.newWebhook(t, anyHook).Id
	for body, fields := range map[string][]string{
		`{}`: {"url"},
		`{"url":"https://10.0.0.1/","types":["ticket.gone"],"category":"x","priority":1,"description":"` +
			strings.Repeat("a", 501) + `"}`: {"category", "description", "priority", "types", "url"},
		`{"url":"http://e.com"}`:                                                                {"url"},
		`{"url":"https://e.com:6379"}`:                                                          {"url"},
		`{"url":"https://u:p@e.com","active":true}`:                                             {"active", "url"},
		`{"url":null,"types":null}`:                                                             {"types", "url"},
		`{"url":7,"types":"ticket.closed"}`:                                                     {"types", "url"},
		`{"url":"https://e.com","types":["ticket.closed",null]}`:                                {"types"},
		`{"url":"https://e.com","types":["ticket.closed",["a"]]}`:                               {"types"},
		`{"url":"https://e.com","types":["webhook.test"]}`:                                      {"types"},
		`{"url":"https://e.com","types":["ticket.closed","ticket.closed"]}`:                     {"types"},
		`{"url":"https://e.com","types":[` + strings.Repeat(`"a",`, 10) + `"a"]}`:               {"types"},
		`{"url":"https://e.com","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}`: {"secret"},
	} {
		res := a.send(t, http.MethodPost, "/webhooks", body)
		hostile{method: "POST", fields: fields}.check(t, res)
	}
	for body, fields := range map[string][]string{
		`{}`:                          {"body"},
		`{"url":null,"active":null}`:  {"active", "url"},
		`{"types":[],"url":"ftp://"}`: {"url"},
		`{"types":[1]}`:               {"types"},
	} {
		res := a.send(t, http.MethodPatch, fmt.Sprint("/webhooks/", id), body)
		hostile{method: "PATCH", fields: fields}.check(t, res)
	}
	for body, fields := range map[string][]string{
		`{}`:                                   {"body"},
		`{"failed":true,"after":"x"}`:          {"after", "body"},
		`{"failed":false}`:                     {"failed"},
		`{"after":"MS50LjEuMQ"}`:               {"after"},
		`{"event_ids":[]}`:                     {"event_ids"},
		`{"event_ids":[1,0]}`:                  {"event_ids"},
		`{"event_ids":[1.5]}`:                  {"event_ids"},
		`{"event_ids":[1e3]}`:                  {"event_ids"},
		`{"event_ids":["1"]}`:                  {"event_ids"},
		`{"event_ids":[92233720368547758080]}`: {"event_ids"},
		`{"event_ids":[` + strings.Repeat("1,", 1000) + `1]}`: {"event_ids"},
	} {
		res := a.send(t, http.MethodPost, fmt.Sprint("/webhooks/", id, "/replay"), body)
		hostile{method: "POST", fields: fields}.check(t, res)
	}
	res := a.send(t, http.MethodPost, fmt.Sprint("/webhooks/", id, "/replay"), `{"failed":false}`)
	require.Contains(t, res.body, `"failed must be true"`)
}

func TestPostsThatTakeNoBody(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t), func(s *setup) { s.sender = &outbox{} })
	hook := fmt.Sprint("/webhooks/", a.newWebhook(t, anyHook).Id)
	ticket := fmt.Sprint("/tickets/", a.newTicket(t, "billing", nil).Id)
	for _, path := range []string{hook + "/test", hook + "/rotate-secret", ticket + "/classify"} {
		for _, body := range []string{"", "{}", " {\n}"} {
			res := a.send(t, http.MethodPost, path, body)
			require.Equal(t, http.StatusOK, res.StatusCode, "%s %q: %s", path, body, res.body)
		}
		for body, field := range map[string]string{
			`{"force":true}`: "force", `null`: "body", `[]`: "body", `{`: "body", `x=1`: "body",
			strings.Repeat("x", 300_000): "body",
		} {
			hostile{method: "POST", fields: []string{field}}.check(t, a.send(t, http.MethodPost, path, body))
		}
	}
}

func TestTooManyWebhooks(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	a := serve(t, s)
	fillWebhooks(t, s)
	res := a.send(t, http.MethodPost, "/webhooks", anyHook)
	require.Equal(t, http.StatusConflict, res.StatusCode)
	require.Contains(t, res.body, "100")
}

// fillWebhooks stores as many as there may be.
func fillWebhooks(t *testing.T, s store) {
	t.Helper()
	w := domain.NewWebhook(noon)
	require.NoError(t, w.Change(domain.WebhookChange{URL: new("https://example.com")}, receivers))
	for {
		if _, err := s.AddWebhook(t.Context(), w); err != nil {
			require.ErrorIs(t, err, domain.ErrTooManyWebhooks)
			return
		}
	}
}

func TestWebhookTest(t *testing.T) {
	t.Parallel()
	out := &outbox{answer: ports.SendResult{Status: 204, Latency: 41 * time.Millisecond}}
	a := serve(t, openSQLite(t), func(s *setup) { s.sender = out })
	id := a.newWebhook(t, anyHook).Id
	path := fmt.Sprintf("/webhooks/%d", id)
	require.Equal(t, http.StatusOK, a.send(t, http.MethodPatch, path, `{"active":false}`).StatusCode)
	res := a.send(t, http.MethodPost, path+"/test", "")
	require.JSONEq(t, `{"delivered":true,"status":204,"error":null,"detail":null,"latency_ms":41}`, res.body)
	require.Equal(t, domain.EventWebhookTest, out.sent[0].Type)
	require.Equal(t, &domain.WebhookNotice{ID: domain.WebhookID(id), URL: "https://example.com/hooks"},
		out.sent[0].Webhook)
	out.answer = ports.SendResult{Error: "timeout", Detail: "no answer"}
	res = a.send(t, http.MethodPost, path+"/test", "")
	require.JSONEq(t, `{"delivered":false,"status":null,"error":"timeout","detail":"no answer","latency_ms":0}`,
		res.body)
	require.Greater(t, out.sent[1].ID, out.sent[0].ID, "no receiver takes it for one that it knows")
}

func TestDeliveriesAndReplay(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		s := open(t)
		a := serve(t, s)
		id := a.newWebhook(t, anyHook).Id
		path := fmt.Sprintf("/webhooks/%d", id)
		ticket := a.newTicket(t, "billing", nil).Id
		stored := 0
		require.Eventually(t, func() bool {
			n, _, err := s.FanOut(t.Context(), 10)
			require.NoError(t, err)
			stored += n
			return stored == 2 // created, classified
		}, 10*time.Second, 10*time.Millisecond)
		due, err := s.ClaimDeliveries(t.Context(), 10, 10, time.Hour)
		require.NoError(t, err)
		require.Len(t, due, 1)
		require.NoError(t, s.EndDeliveries(t.Context(), []ports.DeliveryEnd{{
			Delivery: due[0], State: domain.DeliveryFailed, Status: 503, Error: "http_503",
			Latency: 87 * time.Millisecond,
		}}))

		page := read[client.DeliveryPage](t, a.get(t, path+"/deliveries?limit=1").body)
		next, err := page.Pagination.NextCursor.Get()
		require.NoError(t, err)
		require.Equal(t, client.EventTypeTicketClassified, page.Data[0].Type)
		page = read[client.DeliveryPage](t, a.get(t, path+"/deliveries?limit=1&cursor="+next).body)
		require.Equal(t, client.DeliveryStateFailed, page.Data[0].State)
		failed := a.get(t, path+"/deliveries?state=failed")
		require.Contains(t, failed.body, fmt.Sprintf(
			`"type":"ticket.created","ticket_id":%d,"state":"failed","attempts":1,"status":503,"error":"http_503",`+
				`"latency_ms":87,"next_attempt_at":null,`, ticket))
		another := fmt.Sprintf("/webhooks/%d/deliveries?cursor=%s", id+1, next)
		require.Equal(t, http.StatusBadRequest, a.get(t, another).StatusCode, "another webhook's cursor")
		require.Equal(t, http.StatusBadRequest, a.get(t, path+"/deliveries?state=lost").StatusCode)

		replay := func(body string) string {
			res := a.send(t, http.MethodPost, path+"/replay", body)
			require.Equal(t, http.StatusAccepted, res.StatusCode, res.body)
			return res.body
		}
		require.JSONEq(t, `{"replayed":1,"more":false,"next":null,"message":null}`, replay(`{"failed":true}`))
		require.JSONEq(t, `{"replayed":0,"more":false,"next":null,"message":null}`,
			replay(fmt.Sprintf(`{"event_ids":[%d]}`, due[0].Event.ID)))
		require.JSONEq(t, `{"replayed":0,"more":false,"next":null,"message":null}`,
			replay(fmt.Sprintf(`{"after":%q}`, httpapi.EncodeEventCursor(ports.EventPosition{}))))
	})
}

func TestMoreToReplay(t *testing.T) {
	t.Parallel()
	at := ports.EventPosition{Era: 1, Tx: 2, ID: 3}
	a := serve(t, replaying{openSQLite(t), ports.Replayed{Count: 10_000, More: true, Next: at}})
	path := fmt.Sprintf("/webhooks/%d/replay", a.newWebhook(t, anyHook).Id)
	cursor := httpapi.EncodeEventCursor(at)
	res := a.send(t, http.MethodPost, path, fmt.Sprintf(`{"after":%q}`, cursor))
	require.Contains(t, res.body, `"more":true,"next":"`+cursor+`","message":"a call replays at most 10000;`)
	res = a.send(t, http.MethodPost, path, `{"failed":true}`)
	require.Contains(t, res.body, `"next":null,"message":"a call replays at most 10000;`)
}

// replaying is a store with more to replay than a call does.
type replaying struct {
	store
	done ports.Replayed
}

func (r replaying) ReplayDeliveries(
	context.Context, domain.WebhookID, ports.Replay, int,
) (ports.Replayed, error) {
	return r.done, nil
}

func TestWebhooksWithoutEvents(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t), func(s *setup) { s.eventless = true })
	for operation, h := range walked {
		if strings.HasPrefix(h.path, "/webhooks") {
			res := a.do(t, h.request(t, a))
			require.Equal(t, http.StatusNotFound, res.StatusCode, operation)
			require.Contains(t, res.body, `"events_off"`)
		}
	}
}
