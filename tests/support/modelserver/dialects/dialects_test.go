package dialects_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/modelserver/dialects"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func named(t *testing.T, name string) dialects.Dialect {
	t.Helper()
	for _, d := range dialects.All() {
		if d.Name == name {
			return d
		}
	}
	require.FailNow(t, "no such dialect", name)
	return dialects.Dialect{}
}

// call is a request as any client may send it.
type call struct {
	query, key string
	apiKey     bool
	parameters string // of the body, behind model and messages, each with a comma before it
	model      string
	system     bool
}

func send(t *testing.T, d dialects.Dialect, s *modelserver.Server, c call) (int, string) {
	t.Helper()
	base, query, _ := strings.Cut(d.Base, "?")
	if c.query != "" {
		query = c.query
	}
	model := d.Model
	if c.model != "" {
		model = c.model
	}
	messages := `{"role":"user","content":"{\"title\":\"Urgent refund\",\"description\":\"json, please\"}"}`
	if c.system {
		messages = `{"role":"system","content":"You sort tickets."},` + messages
	}
	body := `{"model":"` + model + `","messages":[` + messages + `]` + c.parameters + `}`
	url := s.Address() + strings.TrimRight(base, "/") + "/chat/completions?" + query
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	key := modelserver.Key
	if c.key != "" {
		key = c.key
	}
	req.Header.Set("Authorization", "Bearer "+key)
	if d.Key == dialects.APIKey && !c.apiKey {
		req.Header.Set("Api-Key", key)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Do(req)
	require.NoError(t, err)
	answer, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode, string(answer)
}

func TestTheCatalogue(t *testing.T) {
	t.Parallel()
	t.Run("every file names its public sources", func(t *testing.T) {
		t.Parallel()
		files, err := filepath.Glob("*.go")
		require.NoError(t, err)
		for _, name := range files {
			switch name {
			case "dialect.go", "door.go", "document.go", "dialects_test.go", "documents_test.go":
				continue
			}
			source, err := os.ReadFile(name)
			require.NoError(t, err)
			require.Regexp(t, `// .*https://`, string(source), name)
		}
	})
	names := map[string]bool{}
	for _, d := range dialects.All() {
		require.False(t, names[d.Name], d.Name)
		names[d.Name] = true
		t.Run(d.Name+" answers the plainest call with a verdict", func(t *testing.T) {
			t.Parallel()
			s := d.Start(t)
			status, body := send(t, d, s, call{})
			require.Equal(t, http.StatusOK, status, body)
			require.True(t, json.Valid([]byte(body)))
			require.Regexp(t, `billing(\\"|&quot;|\\n)`, strings.ToLower(body))
			require.Equal(t, 1, s.Paid())
		})
		t.Run(d.Name+" knows its key and its model", func(t *testing.T) {
			t.Parallel()
			s := d.Start(t)
			status, body := send(t, d, s, call{key: "sk-wrong"})
			if d.Key == dialects.NoKey {
				require.Equal(t, http.StatusOK, status, body)
				return
			}
			require.GreaterOrEqual(t, status, 400, body)
			if !d.AnyModel {
				status, body = send(t, d, s, call{model: "another"})
				require.GreaterOrEqual(t, status, 400, body)
			}
			require.Zero(t, s.Paid(), "nobody pays for a refused call")
		})
	}
}
