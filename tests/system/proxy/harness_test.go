// Package proxy_test runs the program behind the nginx that docs/proxies.md recommends.
package proxy_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// behindNginx starts the program and nginx before it, with more directives for the location, and returns
// nginx's address.
func behindNginx(t *testing.T, directives string) string {
	t.Helper()
	file, err := os.ReadFile("../../../deploy/nginx/ticketd.conf")
	require.NoError(t, err)
	started := system.Serve(t, system.Env{
		"RATE_LIMIT_MAX_REQUESTS": "100", "TRUSTED_PROXIES": "127.0.0.1",
		"CORS_ORIGINS": "https://desk.example.com",
	})
	program := strings.TrimPrefix(started.Base, "http://")
	return testenv.Nginx(t, func(port int) string {
		return strings.NewReplacer(
			"server 127.0.0.1:3000;", "server "+program+";", "listen 80;", fmt.Sprintf("listen 127.0.0.1:%d;", port),
			"location /support/ {", "location /support/ {\n"+directives,
		).Replace(string(file))
	})
}

// answer is one that was read, as it came.
type answer struct {
	*http.Response
	body string
}

var client = &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}

// ask sends a request; headers come in pairs.
func ask(t *testing.T, method, url string, body io.Reader, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(r)
	require.NoError(t, err)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return answer{res, string(text)}
}

// create creates a ticket of more than 1 KiB and returns the path that Location names.
func create(t *testing.T, site string) string {
	t.Helper()
	long := `{"title":"Charged twice","description":"` + strings.Repeat("My card was charged twice. ", 60) + `"}`
	res := ask(t, http.MethodPost, site+"/support/tickets", strings.NewReader(long))
	require.Equal(t, http.StatusCreated, res.StatusCode, res.body)
	return res.Header.Get("Location")
}
