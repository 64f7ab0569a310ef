package httpapi_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/tests/support/stores"
)

// room is the API behind a few connections. A request of /hold is under way until the test ends.
type room struct {
	t       *testing.T
	address string
	all     *httpapi.Connections
	log     *logbook

	held atomic.Int64

	mu   sync.Mutex
	shed []string
}

func newRoom(t *testing.T, limit int) *room {
	t.Helper()
	r := &room{t: t, log: &logbook{}}
	r.all = httpapi.NewConnections(limit, func(reason string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.shed = append(r.shed, reason)
	}, slog.New(slog.NewJSONHandler(r.log, nil)))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r.address = l.Addr().String()
	over, api := make(chan struct{}), serve(t, stores.SQLite(t)).handler
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, req *http.Request) {
			if req.URL.Path == "/hold" {
				_, _ = io.Copy(io.Discard, req.Body)
				r.held.Add(1)
				<-over
			}
			api.ServeHTTP(w, req)
		})}
	served := make(chan error)
	go func() { served <- r.all.Serve(server, l) }()
	t.Cleanup(func() {
		close(over)
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-served, http.ErrServerClosed)
	})
	return r
}

// send connects and sends a part of a request.
func (r *room) send(part string) net.Conn {
	r.t.Helper()
	before := r.all.Open()
	c, err := net.Dial("tcp", r.address)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = c.Close() })
	_, err = io.WriteString(c, part)
	require.NoError(r.t, err)
	if before < r.all.Limit() {
		require.Eventually(r.t, func() bool { return r.all.Open() > before }, time.Minute, time.Millisecond)
	}
	return c
}

// answer reads the whole answer to a request.
func (r *room) answer(c net.Conn) (status int, text string, res *http.Response) {
	r.t.Helper()
	require.NoError(r.t, c.SetReadDeadline(time.Now().Add(time.Minute)))
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(r.t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(r.t, err)
	return res.StatusCode, string(body), res
}

// hold has n more requests under way.
func (r *room) hold(n int) {
	r.t.Helper()
	for range n {
		before := r.held.Load()
		r.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n")
		require.Eventually(r.t, func() bool { return r.held.Load() > before }, time.Minute, time.Millisecond)
	}
}

func (r *room) get(path string) (status int, text string, res *http.Response) {
	r.t.Helper()
	return r.answer(r.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n"))
}

// shut reports whether the server has closed the connection by now.
func shut(c net.Conn) bool {
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	_, err := c.Read(make([]byte, 1))
	return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
}

func (r *room) closed() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.shed...)
}

func TestAConnectionTakesThePlaceOfTheOneThatWaitsLongest(t *testing.T) {
	t.Parallel()
	for name, idle := range map[string]string{
		"that sent nothing": "", "that sent a part of its headers": "GET /tickets HTTP/1.1\r\nHo",
		"that sent a part of a body": "POST /tickets HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" +
			"Content-Length: 99\r\n\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t, 4)
			held := r.send("POST /hold HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")
			require.Eventually(t, func() bool { return r.held.Load() == 1 }, time.Minute, time.Millisecond)
			first, second := r.send(idle), r.send(idle)
			kept := r.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
			status, _, _ := r.answer(kept)
			require.Equal(t, http.StatusOK, status)
			require.Equal(t, 4, r.all.Open())

			require.Eventually(t, func() bool { // what arrives at the same moment has no order
				status, _, _ := r.get("/tickets")
				require.Equal(t, http.StatusOK, status)
				return shut(first) && shut(second) && shut(kept)
			}, time.Minute, time.Millisecond)
			require.False(t, shut(held))
			require.Equal(t, []string{"waiting"}, slices.Compact(r.closed()))
			require.Equal(t, 1, strings.Count(r.log.String(), "too many connections"), "said once a minute")
		})
	}
}

func TestWhereAllHaveARequestUnderWayOthersMayProbe(t *testing.T) {
	t.Parallel()
	r := newRoom(t, 2)
	r.hold(2)
	waits := r.send("GET /events?wait=1 HTTP/1.1\r\nHost: h\r\n\r\n")
	status, text, res := r.answer(waits)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "application/problem+json", res.Header.Get("Content-Type"))
	require.Equal(t, "1", res.Header.Get("Retry-After"))
	require.Contains(t, text, `"code":"too_many_requests_under_way"`)
	require.True(t, res.Close)
	for _, probe := range []string{"/healthz", "/readyz", "/metrics"} {
		status, _, _ = r.get(probe)
		require.Equal(t, http.StatusOK, status, probe)
	}
	require.NotContains(t, r.closed(), "full")
	r.hold(32) // probes that do not end
	last := r.send("")
	require.Eventually(t, func() bool { return shut(last) }, time.Minute, time.Millisecond)
	require.Equal(t, "full", r.closed()[len(r.closed())-1])
}

func TestARequestThatIsUnderWayIsLeftAlone(t *testing.T) {
	t.Parallel()
	r := newRoom(t, 3)
	body := `{"title": "Charged twice", "description": "My invoice"}`
	for range 20 {
		for range 3 {
			r.send("")
		}
		var sent bytes.Buffer
		req, err := http.NewRequest(http.MethodPost, "http://h/tickets", strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		require.NoError(t, req.Write(&sent))
		status, text, _ := r.answer(r.send(sent.String()))
		require.Equal(t, http.StatusCreated, status, text)
	}
}
