package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
)

// hostile is a request that must be refused, and how: with these fields and no others.
type hostile struct {
	method, path, body string
	header             http.Header // over Content-Type: application/json for a body
	status             int         // 400 if left out
	code               string      // invalid_input if left out
	fields             []string
}

func (h hostile) request(t *testing.T, a *api) *http.Request {
	t.Helper()
	r := a.request(t, h.method, h.path, h.body)
	for name, values := range h.header {
		r.Header[name] = values
	}
	return r
}

func (h hostile) check(t *testing.T, res response) {
	t.Helper()
	if h.status == 0 {
		h.status = http.StatusBadRequest
	}
	if h.code == "" {
		h.code = "invalid_input"
	}
	require.Equal(t, h.status, res.StatusCode, res.body)
	if h.method == http.MethodHead {
		return
	}
	var p client.Problem
	require.NoError(t, json.Unmarshal([]byte(res.body), &p))
	require.Equal(t, h.code, p.Code)
	fields := []string{}
	if p.Errors != nil {
		for _, e := range *p.Errors {
			fields = append(fields, e.Field)
		}
	}
	slices.Sort(h.fields)
	require.ElementsMatch(t, h.fields, fields, res.body)
}

func TestHostileRequestsAreRefusedByName(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))
		t.Run("each", func(t *testing.T) {
			for _, table := range []map[string]hostile{
				brokenJSON, brokenTickets, brokenUsers, brokenQueries, brokenIDs, brokenMedia, brokenRoutes,
			} {
				for name, h := range table {
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						h.check(t, a.do(t, h.request(t, a)))
					})
				}
			}
		})
		list, err := a.ListTicketsWithResponse(t.Context(), &client.ListTicketsParams{})
		require.NoError(t, err)
		require.Empty(t, list.JSON200.Data, "something was stored all the same")
		users, err := a.ListUsersWithResponse(t.Context(), &client.ListUsersParams{})
		require.NoError(t, err)
		require.Empty(t, users.JSON200.Data, "something was stored all the same")
	})
}

func TestUnusualRequestsAreTaken(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))
		for name, h := range unusual {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				res := a.do(t, h.request(t, a))
				require.Equal(t, h.status, res.StatusCode, res.body)
			})
		}
	})
}
