package httpapi_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
)

// plain sends a GET for a path outside of the contract.
func plain(t *testing.T, a *api, path string, headers ...string) response {
	t.Helper()
	r := a.request(t, http.MethodGet, path, "")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return response{res, string(body)}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	const key = "0123456789abcdef0123456789abcdef"

	t.Run("are not there unless they are asked for", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, http.StatusNotFound, plain(t, serve(t, openSQLite(t)), "/debug/pprof/heap").StatusCode)
	})

	t.Run("are served", func(t *testing.T) {
		t.Parallel()
		a := serve(t, openSQLite(t), func(s *setup) { s.profiles = true })
		require.Contains(t, plain(t, a, "/debug/pprof/").body, "goroutine")
		for _, path := range []string{
			"/debug/pprof/heap", "/debug/pprof/goroutine?debug=1", "/debug/pprof/profile?seconds=1",
		} {
			res := plain(t, a, path)
			require.Equal(t, http.StatusOK, res.StatusCode, path)
			require.NotEmpty(t, res.body, path)
		}
	})

	t.Run("need a key where there are keys", func(t *testing.T) {
		t.Parallel()
		a := serve(t, openSQLite(t), func(s *setup) {
			s.profiles, s.keys = true, []httpapi.Key{httpapi.NewKey("team", key)}
		})
		require.Equal(t, http.StatusUnauthorized, plain(t, a, "/debug/pprof/heap").StatusCode)
		require.Equal(t, http.StatusOK, plain(t, a, "/debug/pprof/heap", "Authorization", "Bearer "+key).StatusCode)
	})
}
