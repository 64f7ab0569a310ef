package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/domain"
)

const desk = "https://desk.example.com"

// showing serves pages of these origins, with a key and a limit.
func showing(t *testing.T, limit int, origins ...string) *api {
	t.Helper()
	return allowing(t, limit, func(s *setup) {
		s.origins, s.keys = origins, []httpapi.Key{httpapi.NewKey("team", "team-key-0123456789")}
	})
}

// browse sends the request that a browser sends for a page.
func (a *api) browse(t *testing.T, method, path, origin string, headers ...string) response {
	t.Helper()
	r := a.request(t, method, path, "")
	r.Header.Set("Origin", origin)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return a.do(t, r)
}

var preflight = []string{
	"Access-Control-Request-Method", "PATCH", "Access-Control-Request-Headers",
	"authorization,content-type,if-match",
}

func TestPreflights(t *testing.T) {
	t.Parallel()

	t.Run("tell an allowed page what the route takes, without a key and beyond the limit", func(t *testing.T) {
		t.Parallel()
		a := showing(t, 1, "http://localhost:5173", desk)
		plainly(t, a)
		for path, methods := range map[string]string{
			"/tickets/1": "OPTIONS, DELETE, GET, HEAD, PATCH", "/tickets/1/classify": "OPTIONS, POST",
			"/healthz": "OPTIONS, GET, HEAD",
		} {
			res := a.browse(t, http.MethodOptions, path, desk, preflight...)
			require.Equal(t, http.StatusNoContent, res.StatusCode)
			require.Equal(t, desk, res.Header.Get("Access-Control-Allow-Origin"))
			require.Equal(t, methods, res.Header.Get("Access-Control-Allow-Methods"))
			require.Equal(t, methods, res.Header.Get("Allow"))
			require.Equal(t, "7200", res.Header.Get("Access-Control-Max-Age"))
			require.ElementsMatch(t, []string{
				"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id",
				"Last-Event-ID",
				"traceparent",
			}, strings.Split(res.Header.Get("Access-Control-Allow-Headers"), ", "))
			require.Contains(t, res.Header["Vary"], "Origin")
			require.Empty(t, res.Header["Access-Control-Allow-Credentials"])
		}
	})

	t.Run("tell nothing to other pages, nor to any where none are allowed", func(t *testing.T) {
		t.Parallel()
		for _, a := range []*api{showing(t, 9, desk), showing(t, 9)} {
			for _, origin := range []string{
				"https://evil.example.com", "https://desk.example.com.evil.com",
				"https://desk.example.com:8443", "http://desk.example.com", "null",
				"HTTPS://DESK.EXAMPLE.COM",
			} {
				res := a.browse(t, http.MethodOptions, "/tickets", origin, preflight...)
				require.Equal(t, http.StatusNoContent, res.StatusCode)
				require.Empty(t, res.Header["Access-Control-Allow-Origin"], origin)
				require.Empty(t, res.Header["Access-Control-Allow-Methods"], origin)
			}
		}
	})

	t.Run("of a route that is not are 404", func(t *testing.T) {
		t.Parallel()
		res := showing(t, 9, desk).browse(t, http.MethodOptions, "/nowhere", desk, preflight...)
		require.Equal(t, http.StatusNotFound, res.StatusCode)
	})
}

func TestAnswersForPages(t *testing.T) {
	t.Parallel()
	const key = "Bearer team-key-0123456789"
	broken := func(t *testing.T, err error) *api {
		t.Helper()
		return allowing(t, 9, func(s *setup) {
			s.origins, s.store = []string{desk}, faulty{s.store, func() error { return err }}
		})
	}
	for name, c := range map[string]struct {
		api    *api
		method string
		path   string
		key    string
		status int
	}{
		"a success":               {showing(t, 9, desk), "GET", "/tickets", key, 200},
		"a missing key":           {showing(t, 9, desk), "GET", "/tickets", "", 401},
		"a missing ticket":        {showing(t, 9, desk), "GET", "/tickets/77", key, 404},
		"an unknown route":        {showing(t, 9, desk), "GET", "/nowhere", key, 404},
		"an unknown method":       {showing(t, 9, desk), "DELETE", "/tickets", key, 405},
		"an unsupported type":     {showing(t, 9, desk), "POST", "/tickets", key, 415},
		"a used up limit":         {showing(t, 0, desk), "GET", "/tickets", key, 429},
		"an error of ours":        {broken(t, http.ErrAbortHandler), "GET", "/tickets", "", 500},
		"a store out of reach":    {broken(t, domain.ErrStoreUnavailable), "GET", "/tickets", "", 503},
		"OPTIONS that is no more": {showing(t, 9, desk), "OPTIONS", "/tickets", "", 204},
	} {
		t.Run("show it "+name, func(t *testing.T) {
			t.Parallel()
			if c.status == http.StatusTooManyRequests {
				c.api = showing(t, 1, desk)
				c.api.browse(t, "GET", "/tickets", desk, "Authorization", key)
			}
			res := c.api.browse(t, c.method, c.path, desk, "Authorization", c.key)
			require.Equal(t, c.status, res.StatusCode, res.body)
			require.Equal(t, desk, res.Header.Get("Access-Control-Allow-Origin"))
			require.ElementsMatch(t, []string{
				"ETag", "Location", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy",
				"Retry-After",
				"X-Request-Id",
			}, strings.Split(res.Header.Get("Access-Control-Expose-Headers"), ", "))
			require.Contains(t, res.Header["Vary"], "Origin")
		})
	}

	t.Run("are for all pages where * is set", func(t *testing.T) {
		t.Parallel()
		a := showing(t, 9, "*")
		for _, origin := range []string{"https://any.example", "null"} {
			h := a.browse(t, "GET", "/tickets", origin, "Authorization", key).Header
			require.Equal(t, "*", h.Get("Access-Control-Allow-Origin"))
			require.Empty(t, h["Access-Control-Allow-Credentials"])
		}
	})

	t.Run("differ by origin for caches, also for those who send none", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, showing(t, 9, desk).get(t, "/healthz").Header["Vary"], "Origin")
	})
}
