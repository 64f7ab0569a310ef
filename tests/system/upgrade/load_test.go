package upgrade_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/system"
)

// load is what clients ask of a server all the time: each one stores a ticket, reads it, closes it, and looks
// at lists.
type load struct {
	server   *system.API
	stop     context.CancelFunc
	clients  sync.WaitGroup
	answers  atomic.Int64
	mu       sync.Mutex
	closed   []int64 // acknowledged as closed
	failures []string
	longest  time.Duration
}

func startLoad(t *testing.T, server *system.API, clients int) *load {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	l := &load{server: server, stop: stop}
	for n := range clients {
		l.clients.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				l.visit(n, i)
			}
		})
	}
	t.Cleanup(l.end)
	return l
}

// end waits until every client has finished what it began.
func (l *load) end() {
	l.stop()
	l.clients.Wait()
}

func (l *load) visit(client, i int) {
	var made struct {
		ID int64 `json:"id"`
	}
	if !l.ask(http.MethodPost, "/tickets",
		fmt.Sprintf(`{"title":"Refund %d of %d","description":"I was charged twice"}`, i, client), &made) {
		return
	}
	one := fmt.Sprintf("/tickets/%d", made.ID)
	l.ask(http.MethodGet, one, "", nil)
	if l.ask(http.MethodPatch, one, `{"status":"closed"}`, nil) {
		l.mu.Lock()
		l.closed = append(l.closed, made.ID)
		l.mu.Unlock()
	}
	for _, list := range []string{
		"/tickets?limit=20", "/tickets?status=open&category=billing", "/tickets?needs_review=true",
	} {
		l.ask(http.MethodGet, list, "", nil)
	}
}

// ask wants an answer of success.
func (l *load) ask(method, path, body string, into any) bool {
	began := time.Now()
	res, text, err := l.server.Ask(context.Background(), method, path, body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("%s: %s", res.Status, text)
	}
	if err == nil && into != nil {
		err = json.Unmarshal([]byte(text), into)
	}
	l.answers.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.longest = max(l.longest, time.Since(began))
	if err != nil {
		l.failures = append(l.failures, fmt.Sprintf("%s %s: %v", method, path, err))
	}
	return err == nil
}

// more waits for so many further answers.
func (l *load) more(t *testing.T, n int64) {
	t.Helper()
	enough := l.answers.Load() + n
	require.Eventually(t, func() bool { return l.answers.Load() >= enough }, patience, poll)
}
