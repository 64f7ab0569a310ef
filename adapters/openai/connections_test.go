package openai_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
)

const rightBody = `{"choices":[{"finish_reason":"stop","message":{"content":"{\"category\":\"billing\",` +
	`\"priority\":\"high\",\"confidence\":0.9,\"priority_confidence\":0.8}"}}]}`

// crowd answers requests only when size of them wait at the same time, and counts the connections that were
// opened for them.
type crowd struct {
	size   int
	mu     sync.Mutex
	here   int
	all    chan struct{}
	opened atomic.Int64
}

func (c *crowd) arrive() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.here++
	all := c.all
	if c.here == c.size {
		close(all)
		c.here, c.all = 0, make(chan struct{})
	}
	return all
}

func (c *crowd) serve(t *testing.T) *httptest.Server {
	t.Helper()
	c.all = make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-c.arrive():
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "application/json")
		if _, err := io.WriteString(w, rightBody); err != nil {
			panic(http.ErrAbortHandler)
		}
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			c.opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func TestCallsAtTheSameTimeKeepTheirConnections(t *testing.T) {
	t.Parallel()
	const atOnce, rounds = 64, 3
	c := &crowd{size: atOnce}
	classifier, err := openai.New(openai.Options{BaseURL: c.serve(t).URL, Model: "m"})
	require.NoError(t, err)
	t.Cleanup(classifier.Close)
	for range rounds {
		errs := make(chan error, atOnce)
		for range atOnce {
			go func() {
				_, err := classifier.Classify(t.Context(), newText(t, title, description))
				errs <- err
			}()
		}
		for range atOnce {
			require.NoError(t, <-errs)
		}
	}
	require.EqualValues(t, atOnce, c.opened.Load(), "later rounds go over the connections of the first")
}
