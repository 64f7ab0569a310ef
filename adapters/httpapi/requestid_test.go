package httpapi_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
)

func TestTheRequestID(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	ask := func(t *testing.T, path string, ids ...string) (id string, p client.Problem) {
		t.Helper()
		r := a.request(t, http.MethodGet, path, "")
		r.Header["X-Request-Id"] = ids
		res := a.do(t, r)
		if res.StatusCode != http.StatusOK {
			require.NoError(t, json.Unmarshal([]byte(res.body), &p))
		}
		return res.Header.Get("X-Request-Id"), p
	}

	for _, id := range []string{
		"a", "01KB0R7Y5V4M3Q2S1T0ABCDEFG", "0b5e9f3e-6c2f-4d8b_9b1d.2f3a", strings.Repeat("x", 128),
	} {
		t.Run("that is well-formed is returned, stands in the problem and in the log: "+id[:1], func(t *testing.T) {
			t.Parallel()
			returned, p := ask(t, "/tickets/77", id)
			require.Equal(t, id, returned)
			require.Equal(t, id, p.RequestId)
			require.Contains(t, a.log.String(), `"request_id":"`+id+`"`)
		})
	}

	for name, id := range map[string]string{
		"empty": "", "too long": strings.Repeat("x", 129), "of two words": "a b", "with a quote": `a"b`,
		"with a comma": "a,b", "with a letter above ASCII": "ä", "with a tag": "<b>", "with a path": "../../x",
		"with a line": "a%0d%0ab",
	} {
		t.Run("that is "+name+" is replaced", func(t *testing.T) {
			t.Parallel()
			returned, p := ask(t, "/nowhere", id)
			require.NotEqual(t, id, returned)
			require.Len(t, returned, 26)
			require.Equal(t, returned, p.RequestId)
		})
	}

	t.Run("is made anew for each request", func(t *testing.T) {
		t.Parallel()
		seen := map[string]bool{}
		for range 20 {
			id, _ := ask(t, "/healthz")
			seen[id] = true
		}
		require.Len(t, seen, 20)
	})
}

func TestTheLogOfRequests(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	a.newTicket(t, "a secret title", nil)
	a.newUser(t, "a secret name", "secret@example.com")
	for _, path := range []string{
		"/tickets/123456", "/tickets?cursor=secretcursor", "/secretroute", "/tickets?secretparameter=1",
	} {
		a.get(t, path)
	}
	r := a.request(t, "SECRETMETHOD", "/tickets", "")
	r.Header.Set("Authorization", "Bearer secrettoken")
	a.do(t, r)
	a.do(t, a.request(t, http.MethodPost, "/users", `{"name":"secret","email":"secret@@example.com"}`))

	log := a.log.String()
	require.NotContains(t, strings.ToLower(log), "secret")
	require.NotContains(t, log, "123456")
	require.Contains(t, log, `"method":"GET","route":"/tickets/:id","status":404`)
	require.Contains(t, log, `"method":"other","route":"unmatched","status":405`)
	require.Contains(t, log, `"route":"unmatched","status":404`)
}

// hungUp is a client that hung up during the answer.
type hungUp struct{ *httptest.ResponseRecorder }

func (hungUp) Write([]byte) (int, error) {
	client := &net.TCPAddr{IP: net.IPv4(198, 51, 100, 7), Port: 4711}
	return 0, &net.OpError{Op: "write", Net: "tcp", Addr: client, Err: syscall.EPIPE}
}

func TestAClientThatHangsUpDuringItsAnswerStaysOutOfTheLog(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	for _, path := range []string{"/tickets", "/tickets/77", "/openapi.yaml", "/docs.json"} {
		a.handler.ServeHTTP(hungUp{httptest.NewRecorder()},
			httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	}
	log := a.log.String()
	require.Contains(t, log, `"route":"/tickets"`)
	require.NotContains(t, log, "198.51.100.7")
	require.NotContains(t, log, `"ERROR"`)
}
