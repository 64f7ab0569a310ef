package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
)

// anyRequest holds a valid request for each operation that uses the store.
var anyRequest = map[string]hostile{
	"createTicket": {method: "POST", path: "/tickets", body: titled(`"t"`)},
	"classify":     {method: "POST", path: "/tickets/1/classify"},
	"getTicket":    {method: "GET", path: "/tickets/1"},
	"editTicket":   {method: "PATCH", path: "/tickets/1", body: `{"status":"closed"}`},
	"deleteTicket": {method: "DELETE", path: "/tickets/1"},
	"record":       {method: "GET", path: "/tickets/1/classifications"},
	"listTickets":  {method: "GET", path: "/tickets"},
	"getStats":     {method: "GET", path: "/stats"},
	"createUser":   {method: "POST", path: "/users", body: `{"name":"n","email":"n@example.com"}`},
	"getUser":      {method: "GET", path: "/users/1"},
	"listUsers":    {method: "GET", path: "/users"},
	"deleteUser":   {method: "DELETE", path: "/users/1"},
}

// inside is a text that no answer may repeat; the checking client knows more of them.
const inside = `pq: relation "tickets" does not exist at /srv/store.go:12`

func TestFaultsOfTheStore(t *testing.T) {
	t.Parallel()
	deep := fmt.Errorf("list tickets: %w", errors.New(inside))
	for name, c := range map[string]struct {
		fail    func() error
		status  int
		code    string
		retry   string
		logsThe string
	}{
		"a panic": {func() error { panic(inside) }, 500, "internal", "", "panic: pq: relation"},
		"a nil pointer": {
			func() error { var u *domain.Error; return errors.New(u.Message) }, 500, "internal", "", "nil pointer",
		},
		"an unknown error": {func() error { return deep }, 500, "internal", "", "list tickets: pq: relation"},
		"an internal one of our own": {
			func() error { return domain.ErrBadAnswer.With(deep) }, 500, "internal", "", "pq: relation",
		},
		"a store out of reach": {
			func() error { return domain.ErrStoreUnavailable.With(deep) }, 503, "store_unavailable", "5",
			"pq: relation",
		},
		"a store that says how long": {
			func() error { return later(7 * time.Second) }, 503, "store_unavailable", "7", "out of reach",
		},
		"a store that says a bit": {
			func() error { return later(time.Millisecond) }, 503, "store_unavailable", "1", "out of reach",
		},
		"a deadline": {
			func() error { return fmt.Errorf("list: %w", context.DeadlineExceeded) }, 503, "timeout", "5", "deadline",
		},
		"a request that was given up": {func() error { return context.Canceled }, 503, "timeout", "5", "canceled"},
		"an error that wraps a status": {
			func() error { return fmt.Errorf("%w: %w", deep, context.DeadlineExceeded) }, 503, "timeout", "5",
			"pq: relation",
		},
	} {
		t.Run(fmt.Sprintf("%s is %d to the client, and the log has the cause", name, c.status), func(t *testing.T) {
			t.Parallel()
			a := serve(t, openSQLite(t), func(s *setup) { s.store = faulty{s.store, c.fail} })
			for operation, h := range anyRequest {
				h.status, h.code = c.status, c.code
				res := a.do(t, h.request(t, a))
				h.check(t, res)
				require.Equal(t, c.retry, res.Header.Get("Retry-After"), operation)
			}
			require.Contains(t, a.log.String(), c.logsThe)
			require.Contains(t, a.log.String(), fmt.Sprintf(`"status":%d`, c.status))
		})
	}
}

func later(d time.Duration) error {
	e := domain.ErrStoreUnavailable.With(nil)
	e.RetryAfter = d
	return e
}

func TestHalfOfAStore(t *testing.T) {
	t.Parallel()

	t.Run("a verdict that cannot be stored leaves the ticket pending and answers 201", func(t *testing.T) {
		t.Parallel()
		a := serve(t, openSQLite(t), func(s *setup) { s.store = unsaved{s.store} })
		made := a.newTicket(t, "billing", nil)
		require.Equal(t, client.AIStatusPending, made.AiStatus)
		require.True(t, made.Category.IsNull() && made.Priority.IsNull() && made.AiConfidence.IsNull() &&
			made.ClassifiedBy.IsNull())
		require.Equal(t, []int64{made.Id}, a.page(t, "/tickets?ai_status=pending").ids())
		require.Empty(t, a.page(t, "/tickets?category=general").Data, "no label matches a ticket without one")
	})

	t.Run("a count that fails is the list's failure", func(t *testing.T) {
		t.Parallel()
		a := serve(t, openSQLite(t), func(s *setup) { s.store = uncounted{s.store, domain.ErrStoreUnavailable} })
		require.Equal(t, http.StatusOK, a.get(t, "/tickets").StatusCode)
		require.Equal(t, http.StatusServiceUnavailable, a.get(t, "/tickets?include_total=true").StatusCode)
	})

	t.Run("a classifier that panics costs the ticket its verdict, and the server lives on", func(t *testing.T) {
		t.Parallel()
		a := serve(t, openSQLite(t), func(s *setup) {
			s.classifier = domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
				panic(inside)
			})
		})
		made := a.newTicket(t, "t", nil)
		require.Equal(t, client.AIStatusFallback, made.AiStatus)
		require.Equal(t, http.StatusOK, a.get(t, "/tickets").StatusCode)
	})
}

func TestEveryKindOfErrorHasItsStatus(t *testing.T) {
	t.Parallel()
	statuses := map[domain.Kind]int{
		domain.KindInternal: 500, domain.KindInvalid: 400, domain.KindUnauthenticated: 401,
		domain.KindNotFound: 404, domain.KindConflict: 409, domain.KindUnavailable: 503,
	}
	for _, k := range domain.Kinds() {
		t.Run("also "+k.String(), func(t *testing.T) {
			t.Parallel()
			status, known := statuses[k]
			require.True(t, known, "say here which status the kind %s has", k)
			a := serve(t, openSQLite(t), func(s *setup) {
				s.store = faulty{
					s.store, func() error { return &domain.Error{Kind: k, Code: "some_code", Message: "some words"} },
				}
			})
			got := httptest.NewRecorder() // not the checking client: no operation has all of these statuses
			a.handler.ServeHTTP(got, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/tickets/1",
				http.NoBody))
			require.Equal(t, status, got.Code)
			var p client.Problem
			require.NoError(t, json.Unmarshal(got.Body.Bytes(), &p))
			require.Equal(t, status, p.Status)
			require.Equal(t, k != domain.KindInternal, p.Code == "some_code" && p.Detail == "some words", "%+v", p)
		})
	}
}

func TestProbes(t *testing.T) {
	t.Parallel()

	t.Run("readiness asks the store, health does not", func(t *testing.T) {
		t.Parallel()
		away := make(chan error, 1)
		a := serve(t, openSQLite(t), func(s *setup) {
			s.ready = []httpapi.Check{{Name: "neighbour", Ping: func(context.Context) error { return <-away }}}
		})
		away <- errors.New(inside)
		res := a.get(t, "/readyz")
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
		require.Contains(t, res.body, `"not_ready"`)
		require.Contains(t, a.log.String(), "neighbour: it is out of reach: pq:")
		require.Equal(t, http.StatusOK, a.get(t, "/healthz").StatusCode)
		away <- nil
		require.Equal(t, http.StatusOK, a.get(t, "/readyz").StatusCode)
	})

	t.Run("a neighbour that does not answer is not waited for", func(t *testing.T) {
		t.Parallel()
		a := serve(t, openSQLite(t), func(s *setup) {
			s.ready = []httpapi.Check{
				{Name: "silent", Ping: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
			}
		})
		begin := time.Now()
		require.Equal(t, http.StatusServiceUnavailable, a.get(t, "/readyz").StatusCode)
		require.Less(t, time.Since(begin), 4*time.Second)
	})
}
