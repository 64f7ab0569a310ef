package openai_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
)

// sentCall is what a server sees of a call.
type sentCall struct {
	Messages []struct{ Role, Content string }
	raw      map[string]json.RawMessage
	header   http.Header
	url      string
}

func (c sentCall) has(name string) bool { return c.raw[name] != nil }

func (c sentCall) budget() int {
	n := 0
	for _, name := range []string{"max_completion_tokens", "max_tokens"} {
		if c.has(name) {
			if err := json.Unmarshal(c.raw[name], &n); err != nil {
				return -1
			}
		}
	}
	return n
}

// fake is a server that answers with the status and body of its function; status 0 is a right answer.
type fake struct {
	*httptest.Server
	mu    sync.Mutex
	calls []sentCall
	paid  int
}

func newFake(t *testing.T, answer func(n int, c sentCall) (int, string)) *fake {
	t.Helper()
	f := &fake{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := sentCall{header: r.Header, url: r.URL.String()}
		if json.NewDecoder(r.Body).Decode(&c.raw) != nil || json.Unmarshal(c.raw["messages"], &c.Messages) != nil {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		f.mu.Lock()
		f.calls = append(f.calls, c)
		n := len(f.calls)
		f.mu.Unlock()
		status, body := answer(n, c)
		if status == 0 {
			f.mu.Lock()
			f.paid++
			f.mu.Unlock()
			status, body = http.StatusOK, content(right)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // a client that is gone reads nothing
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) seen() (calls []sentCall, paid int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls, f.paid
}

func (f *fake) last() sentCall {
	calls, _ := f.seen()
	return calls[len(calls)-1]
}

func (f *fake) classifier(t *testing.T, change func(*openai.Options)) *openai.Classifier {
	t.Helper()
	o := openai.Options{APIKey: "sk-secret", BaseURL: f.URL + "/v1", Model: "m"}
	if change != nil {
		change(&o)
	}
	c, err := openai.New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}
