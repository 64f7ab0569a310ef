package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/tests/support/contract"
)

// ticking is a clock that a test moves.
type ticking struct{ after atomic.Int64 }

func (c *ticking) now() time.Time           { return noon.Add(time.Duration(c.after.Load())) }
func (c *ticking) advance(by time.Duration) { c.after.Add(int64(by)) }

// limited allows three requests a minute.
func limited(t *testing.T) (*api, *ticking) {
	t.Helper()
	clock := &ticking{}
	return serve(t, openSQLite(t), func(s *setup) {
		s.now, s.limit = clock.now, httpapi.RateLimit{Window: time.Minute, Max: 3}
	}), clock
}

// from is a transport from an address straight into the handler.
type from struct {
	handler http.Handler
	address string
}

func (f from) RoundTrip(r *http.Request) (*http.Response, error) {
	incoming := httptest.NewRequestWithContext(r.Context(), r.Method, r.URL.RequestURI(), r.Body)
	incoming.Header, incoming.RemoteAddr = r.Header, f.address
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, incoming)
	return w.Result(), nil
}

func TestTheRateLimit(t *testing.T) {
	t.Parallel()

	t.Run("counts down, refuses, and begins anew when the window is over", func(t *testing.T) {
		t.Parallel()
		a, clock := limited(t)
		for _, left := range []string{"2", "1", "0"} {
			res := a.get(t, "/tickets")
			require.Equal(t, http.StatusOK, res.StatusCode)
			require.Equal(t, "3", res.Header.Get("RateLimit-Limit"))
			require.Equal(t, left, res.Header.Get("RateLimit-Remaining"))
			require.Equal(t, "60", res.Header.Get("RateLimit-Reset"))
			require.Equal(t, "3;w=60", res.Header.Get("RateLimit-Policy"))
			require.Empty(t, res.Header.Get("Retry-After"))
		}
		clock.advance(59 * time.Second)
		refused := a.get(t, "/tickets")
		require.Equal(t, http.StatusTooManyRequests, refused.StatusCode)
		require.Contains(t, refused.body, `"rate_limited"`)
		require.Equal(t, "1", refused.Header.Get("RateLimit-Reset"))
		require.Equal(t, "1", refused.Header.Get("Retry-After"))

		clock.advance(time.Second)
		again := a.get(t, "/tickets")
		require.Equal(t, http.StatusOK, again.StatusCode)
		require.Equal(t, "2", again.Header.Get("RateLimit-Remaining"))
	})

	t.Run("counts refused requests and unknown routes too", func(t *testing.T) {
		t.Parallel()
		a, _ := limited(t)
		require.Equal(t, http.StatusBadRequest, a.get(t, "/tickets?limit=0").StatusCode)
		require.Equal(t, http.StatusNotFound, a.get(t, "/nowhere").StatusCode)
		require.Equal(t, http.StatusMethodNotAllowed, a.do(t, a.request(t, "BREW", "/tickets", "")).StatusCode)
		for _, path := range []string{"/tickets", "/tickets/1", "/users", "/users/1", "/nowhere"} {
			require.Equal(t, http.StatusTooManyRequests, a.get(t, path).StatusCode, path)
		}
		for _, operation := range []string{"createTicket", "classify", "createUser", "deleteUser"} {
			res := a.do(t, anyRequest[operation].request(t, a))
			require.Equal(t, http.StatusTooManyRequests, res.StatusCode, operation)
		}
	})

	t.Run("leaves alone what explains the API, so that opening it costs nobody a request", func(t *testing.T) {
		t.Parallel()
		a, _ := limited(t)
		for range 2 {
			for _, path := range []string{
				"/", "/docs", "/docs/", "/docs/docs.js", "/docs/swagger-ui.css", "/docs.json", "/openapi.yaml",
				"/board", "/board/app.js",
			} {
				res := a.get(t, path)
				require.Equal(t, http.StatusOK, res.StatusCode, path)
				require.Empty(t, res.Header.Get("RateLimit-Limit"), path)
			}
		}
		require.Equal(t, "2", a.get(t, "/tickets").Header.Get("RateLimit-Remaining"))
	})

	t.Run("leaves probes alone", func(t *testing.T) {
		t.Parallel()
		a, _ := limited(t)
		for range 5 {
			require.Equal(t, http.StatusOK, a.get(t, "/healthz").StatusCode)
			require.Equal(t, http.StatusOK, a.get(t, "/readyz").StatusCode)
		}
		require.Equal(t, "2", a.get(t, "/tickets").Header.Get("RateLimit-Remaining"))
	})

	t.Run("counts each address for itself, whatever it says of others", func(t *testing.T) {
		t.Parallel()
		a, _ := limited(t)
		ask := func(address, forwardedFor string) int {
			c := &http.Client{
				Transport: &contract.Transport{Next: from{a.handler, address}, Report: t.Errorf, Limited: true},
			}
			r := a.request(t, http.MethodGet, "/tickets", "")
			r.Header.Set("X-Forwarded-For", forwardedFor)
			r.Header.Set("X-Real-Ip", forwardedFor)
			res, err := c.Do(r)
			require.NoError(t, err)
			require.NoError(t, res.Body.Close())
			return res.StatusCode
		}
		for _, port := range []string{":1", ":2", ":3"} {
			require.Equal(t, http.StatusOK, ask("192.0.2.1"+port, "203.0.113.9"))
		}
		require.Equal(t, http.StatusTooManyRequests, ask("192.0.2.1:4", "203.0.113.10"))
		require.Equal(t, http.StatusOK, ask("192.0.2.2:4", "203.0.113.9"))
	})

	for name, off := range map[string]httpapi.RateLimit{
		"no requests": {Window: time.Minute},
		"no window":   {Max: 1},
	} {
		t.Run("is off with "+name, func(t *testing.T) {
			t.Parallel()
			a := serve(t, openSQLite(t), func(s *setup) { s.limit = off })
			unlimited := contract.HTTPClient(t)
			for range 5 {
				res, err := unlimited.Do(a.request(t, http.MethodGet, "/tickets", ""))
				require.NoError(t, err)
				require.NoError(t, res.Body.Close())
				require.Equal(t, http.StatusOK, res.StatusCode)
				require.Empty(t, res.Header.Get("RateLimit-Limit"))
			}
		})
	}
}
