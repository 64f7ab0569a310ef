package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/testenv"
)

// comesBack waits until the server is ready again.
func (s *server) comesBack(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		res, _ := s.get(t, "/readyz")
		return res.StatusCode == http.StatusOK
	}, patience, 50*time.Millisecond)
}

func TestADatabaseThatGoesAway(t *testing.T) {
	t.Parallel()
	db := testenv.PrivatePostgres(t)
	s := serve(t, on(db.URL()))
	kept := s.post(t, "Refund my invoice")
	pid := s.PID()

	db.Stop()
	for _, r := range []struct{ method, path, body string }{
		{"POST", "/tickets", `{"title":"t","description":"d"}`},
		{"GET", "/tickets", ""},
		{"GET", "/tickets?include_total=true&category=billing", ""},
		{"GET", "/tickets/1", ""},
		{"POST", "/users", `{"name":"n","email":"n@example.com"}`},
		{"GET", "/users", ""},
		{"GET", "/users/1", ""},
		{"DELETE", "/users/1", ""},
		{"GET", "/readyz", ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), r.method, s.url+r.path, strings.NewReader(r.body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		res, err := s.http.Do(req)
		require.NoError(t, err)
		var p client.Problem
		require.NoError(t, json.NewDecoder(res.Body).Decode(&p))
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode, "%s %s", r.method, r.path)
		require.Equal(t, "5", res.Header.Get("Retry-After"))
		require.Contains(t, []string{"store_unavailable", "not_ready"}, p.Code)
	}
	for _, path := range []string{"/healthz", "/docs", "/openapi.yaml"} {
		res, _ := s.get(t, path)
		require.Equal(t, http.StatusOK, res.StatusCode, path)
	}

	db.Start()
	s.comesBack(t)
	require.Equal(t, kept, s.ticket(t, kept.Id))
	s.post(t, "Another invoice")
	require.Equal(t, pid, s.PID())
	require.Len(t, s.tickets(t), 2)
}
