package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	const key, other = "team-key-0123456789", "robot-key-0123456789"
	a := serve(t, openSQLite(t), func(s *setup) {
		s.keys = []httpapi.Key{httpapi.NewKey("team", key), httpapi.NewKey("robot", other)}
	})
	ask := func(t *testing.T, method, path, authorization string) response {
		t.Helper()
		r := a.request(t, method, path, "")
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		return a.do(t, r)
	}

	t.Run("open every route, in any case of the scheme", func(t *testing.T) {
		t.Parallel()
		for _, authorization := range []string{"Bearer " + key, "bearer " + other, "BEARER  " + key} {
			require.Equal(t, http.StatusOK, ask(t, "GET", "/tickets", authorization).StatusCode, authorization)
		}
	})

	for name, authorization := range map[string]string{
		"no key": "", "another key": "Bearer x", "a key that is cut": "Bearer " + key[:len(key)-1],
		"a key with more": "Bearer " + key + "x", "a key in another case": "Bearer TEAM-KEY-0123456789",
		"two keys": "Bearer " + key + " " + other, "the name for the key": "Bearer team",
		"another scheme": "Basic " + key, "no scheme": key, "a scheme alone": "Bearer ",
	} {
		t.Run(name+" opens nothing, not even to say what is there", func(t *testing.T) {
			t.Parallel()
			for _, h := range anyRequest {
				require.Equal(t, http.StatusUnauthorized, ask(t, h.method, h.path, authorization).StatusCode)
			}
			require.Equal(t, http.StatusUnauthorized, ask(t, "GET", "/tickets?limit=0", authorization).StatusCode)
			require.Equal(t, http.StatusUnauthorized, ask(t, "GET", "/nowhere", authorization).StatusCode)
		})
	}

	t.Run("are not needed for health and documentation", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{
			"/healthz", "/readyz", "/", "/docs", "/docs/docs.js", "/docs/", "/docs/swagger-ui.css", "/docs.json",
			"/openapi.yaml", "/metrics", "/board", "/board/", "/board/app.js",
		} {
			require.Equal(t, http.StatusOK, ask(t, "GET", path, "").StatusCode, path)
		}
	})

	t.Run("are needed for the metrics where these are not public", func(t *testing.T) {
		t.Parallel()
		a := serve(t, openSQLite(t), func(s *setup) {
			s.keys, s.closed = []httpapi.Key{httpapi.NewKey("team", key)}, true
		})
		require.Equal(t, http.StatusUnauthorized, a.get(t, "/metrics").StatusCode)
		r := a.request(t, http.MethodGet, "/metrics", "")
		r.Header.Set("Authorization", "Bearer "+key)
		require.Equal(t, http.StatusOK, a.do(t, r).StatusCode)
	})

	t.Run("are in the log by their names only", func(t *testing.T) {
		t.Parallel()
		ask(t, "GET", "/users", "Bearer "+other)
		require.Contains(t, a.log.String(), `"key":"robot"`)
		require.NotContains(t, a.log.String(), "0123456789")
	})
}
