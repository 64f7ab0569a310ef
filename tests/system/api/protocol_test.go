package api_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"ticketd/tests/support/system"
)

// line is a connection on which a test sends bytes as they are.
type line struct {
	*net.TCPConn
	t  *testing.T
	in *bufio.Reader
}

func dial(t *testing.T, s *system.Server) *line {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.Base, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(2*patience)))
	return &line{conn.(*net.TCPConn), t, bufio.NewReader(conn)}
}

// say sends text. A server that has closed the connection already is no failure.
func (l *line) say(text string) *line {
	_, _ = io.WriteString(l, text)
	return l
}

// hear reads one answer to a request of this method.
func (l *line) hear(method string) (status int, res *http.Response, body string) {
	l.t.Helper()
	res, err := http.ReadResponse(l.in, &http.Request{Method: method})
	require.NoError(l.t, err)
	read, err := io.ReadAll(res.Body)
	require.NoError(l.t, err)
	return res.StatusCode, res, string(read)
}

// closed wants nothing more to come but the end of the connection.
func (l *line) closed() {
	l.t.Helper()
	rest, err := io.ReadAll(l.in)
	var timeout net.Error
	require.False(l.t, errors.As(err, &timeout) && timeout.Timeout(), "the connection stays open")
	require.Empty(l.t, string(rest))
}

const (
	get    = "GET /tickets HTTP/1.1\r\nHost: x\r\n"
	post   = "POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	ticket = `{"title":"t","description":"d"}`
)

func sized(body string) string {
	return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", post, len(body), body)
}

func TestConnections(t *testing.T) {
	t.Parallel()
	s := system.Serve(t)

	t.Run("carry headers of 60 KiB", func(t *testing.T) {
		t.Parallel()
		status, _, body := dial(t, s).say(get + "A: " + strings.Repeat("x", 60<<10) +
			"\r\n\r\n").hear(http.MethodGet)
		require.Equal(t, http.StatusOK, status, body)
	})

	t.Run("carry requests that come before the answer to the first, in order", func(t *testing.T) {
		t.Parallel()
		l := dial(t, s).say(sized(ticket) + get + "\r\n" + "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" +
			"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		for _, want := range []int{http.StatusCreated, http.StatusOK, http.StatusNotFound, http.StatusOK} {
			status, _, body := l.hear(http.MethodGet)
			require.Equal(t, want, status, body)
		}
		l.closed()
	})

	t.Run("carry no second request behind a body that was not read", func(t *testing.T) {
		t.Parallel()
		smuggled := "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
		l := dial(t, s).say(fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", strings.Replace(post, "application/json",
			"text/plain", 1), len(smuggled), smuggled) + get + "\r\n")
		status, _, _ := l.hear(http.MethodPost)
		require.Equal(t, http.StatusUnsupportedMediaType, status)
		status, _, body := l.hear(http.MethodGet)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, body, `"pagination"`, "the answer is the list's, not the probe's")
	})

	t.Run("take chunks for the length where both are given, so that nothing hides", func(t *testing.T) {
		t.Parallel()
		hidden := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(ticket), ticket)
		for _, both := range []string{
			"Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3",
		} {
			l := dial(t, s).say(post + both + "\r\n\r\n" + hidden +
				"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
			for _, want := range []int{http.StatusCreated, http.StatusNotFound} {
				status, _, body := l.hear(http.MethodGet)
				require.Equal(t, want, status, body)
			}
			l.closed()
		}
	})

	t.Run("that the client closes on his side after the request are answered", func(t *testing.T) {
		t.Parallel()
		for _, sent := range []string{sized(ticket), get + "\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"} {
			l := dial(t, s).say(sent)
			require.NoError(t, l.CloseWrite())
			status, res, body := l.hear(http.MethodGet)
			require.Less(t, status, http.StatusBadRequest, "%s %s", res.Status, body)
			l.closed()
		}
	})

	t.Run("that the client closes in the middle of a request are closed", func(t *testing.T) {
		t.Parallel()
		for _, sent := range []string{"", "GET", get, get[:len(get)-2]} {
			l := dial(t, s).say(sent)
			require.NoError(t, l.CloseWrite())
			rest, _ := io.ReadAll(l.in)
			require.NotContains(t, string(rest), "200 OK")
		}
	})

	t.Run("speak HTTP/1.0 too", func(t *testing.T) {
		t.Parallel()
		l := dial(t, s).say("GET /healthz HTTP/1.0\r\n\r\n")
		status, _, body := l.hear(http.MethodGet)
		require.Equal(t, http.StatusOK, status, body)
		l.closed()
	})
}

func TestSlowClients(t *testing.T) {
	t.Parallel()
	s := system.Serve(t)
	begin := time.Now()
	var slow []*line
	for i := range 200 { // many more than there are processors
		slow = append(slow, dial(t, s).say([]string{"", "G", get, get + "A: x"}[i%4]))
	}

	asked := time.Now()
	status, _, body := dial(t, s).say(sized(ticket)).hear(http.MethodPost)
	require.Equal(t, http.StatusCreated, status, body)
	require.Less(t, time.Since(asked), 8*time.Second, "slow clients hold others up")

	drip := time.NewTicker(time.Second) // a letter now and then does not buy time
	defer drip.Stop()
	for range 12 {
		<-drip.C
		for _, l := range slow {
			l.say("a")
		}
	}
	for _, l := range slow {
		rest, err := io.ReadAll(l.in)
		var timeout net.Error
		require.False(t, errors.As(err, &timeout) && timeout.Timeout(), "a slow client is still connected after %s",
			time.Since(begin))
		require.NotContains(t, string(rest), "200 OK")
	}
	require.Less(t, time.Since(begin), time.Minute)
}
