package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// comesBack waits until the server is ready again.
func comesBack(t *testing.T, s *system.Server) {
	t.Helper()
	require.Eventually(t, func() bool {
		res, _ := s.Get(t, "/readyz")
		return res.StatusCode == http.StatusOK
	}, patience, 50*time.Millisecond)
}

func TestADatabaseThatGoesAway(t *testing.T) {
	t.Parallel()
	db := testenv.PrivatePostgres(t)
	s := system.Serve(t, system.On(db.URL()))
	kept := s.Post(t, "Refund my invoice")
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
		res, text, err := s.Ask(t.Context(), r.method, r.path, r.body)
		require.NoError(t, err)
		var p client.Problem
		require.NoError(t, json.Unmarshal([]byte(text), &p))
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode, "%s %s", r.method, r.path)
		require.Equal(t, "5", res.Header.Get("Retry-After"))
		require.Contains(t, []string{"store_unavailable", "not_ready"}, p.Code)
	}
	for _, path := range []string{"/healthz", "/docs", "/openapi.yaml"} {
		res, _ := s.Get(t, path)
		require.Equal(t, http.StatusOK, res.StatusCode, path)
	}

	db.Start()
	comesBack(t, s)
	require.Equal(t, kept, s.Ticket(t, kept.Id))
	s.Post(t, "Another invoice")
	require.Equal(t, pid, s.PID())
	require.Len(t, s.Tickets(t), 2)
}
