package httpapi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
)

// line is a connection on which a test decides what is sent and read, and when.
type line struct {
	net.Conn
	t      *testing.T
	answer *bufio.Reader
}

func (a *api) dial(t *testing.T) line {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(a.url, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	return line{conn, t, bufio.NewReader(conn)}
}

func (l line) send(text string) {
	l.t.Helper()
	_, err := io.WriteString(l, text)
	require.NoError(l.t, err, "the connection was reset")
}

// reads expects one whole answer of this status.
func (l line) reads(status int) *http.Response {
	l.t.Helper()
	res, err := http.ReadResponse(l.answer, nil)
	require.NoError(l.t, err)
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(l.t, err)
	require.Equal(l.t, status, res.StatusCode)
	return res
}

// chunked returns n bytes in chunks of 64 KiB.
func chunked(n int) string {
	const size = 64 << 10
	return strings.Repeat(fmt.Sprintf("%x\r\n%s\r\n", size, strings.Repeat(" ", size)), n/size) + "0\r\n\r\n"
}

func TestWhatIsTooLargeIsAnsweredWithoutAReset(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20

	for _, size := range []int{256<<10 + 1, 300 << 10, 3 * mib, 31 * mib} {
		t.Run(fmt.Sprintf("to a client that sends all %d bytes before it reads", size), func(t *testing.T) {
			t.Parallel()
			l := serve(t, openSQLite(t)).dial(t)
			for range 2 {
				l.send(posted(strings.Repeat(" ", size), fmt.Sprintf("Content-Length: %d", size)))
				require.False(t, l.reads(http.StatusRequestEntityTooLarge).Close)
			}
			l.send(posted(titled(`"t"`), fmt.Sprintf("Content-Length: %d", len(titled(`"t"`)))))
			l.reads(http.StatusCreated)
		})
	}

	t.Run("to one that sends chunks", func(t *testing.T) {
		t.Parallel()
		l := serve(t, openSQLite(t)).dial(t)
		for range 2 {
			l.send(posted(chunked(8*mib), "Transfer-Encoding: chunked"))
			l.reads(http.StatusRequestEntityTooLarge)
		}
	})

	t.Run("to one that is slow, before it has sent all", func(t *testing.T) {
		t.Parallel()
		l := serve(t, openSQLite(t)).dial(t)
		l.send(posted("", fmt.Sprintf("Content-Length: %d", mib)))
		l.reads(http.StatusRequestEntityTooLarge)
		for range 1 << 10 {
			l.send(strings.Repeat(" ", 1<<10))
		}
		l.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
		l.reads(http.StatusOK)
	})

	t.Run("to one that waits for 100, which never comes", func(t *testing.T) {
		t.Parallel()
		l := serve(t, openSQLite(t)).dial(t)
		l.send(posted("", fmt.Sprintf("Content-Length: %d", mib), "Expect: 100-continue"))
		l.reads(http.StatusRequestEntityTooLarge)
		_, err := l.answer.ReadByte()
		require.ErrorIs(t, err, io.EOF, "the server waits for what is not sent")
	})

	t.Run("but one that never ends is cut off", func(t *testing.T) {
		t.Parallel()
		l := serve(t, openSQLite(t)).dial(t)
		l.send(posted("", "Content-Length: 9000000000000000000"))
		require.True(t, l.reads(http.StatusRequestEntityTooLarge).Close)
		blanks, sent := []byte(strings.Repeat(" ", mib)), 0
		for range 1 << 10 {
			n, err := l.Write(blanks)
			if sent += n; err != nil {
				break
			}
		}
		require.Less(t, sent, 1<<30)
		require.Greater(t, sent, 31*mib)
	})
}

func TestWhatIsRefusedOtherwiseIsAnsweredWithoutAReset(t *testing.T) {
	t.Parallel()
	const size = 4 << 20
	keyed := func(s *setup) { s.keys = []httpapi.Key{httpapi.NewKey("team", "team-key-0123456789")} }
	large := strings.Repeat(" ", size)
	sent := func(first, kind string) string {
		return fmt.Sprintf("%s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", first,
			kind, size, large)
	}
	for name, c := range map[string]struct {
		api    *api
		sent   string
		status int
	}{
		"a missing key":         {serve(t, openSQLite(t), keyed), sent("POST /tickets", "application/json"), 401},
		"an unknown route":      {serve(t, openSQLite(t)), sent("POST /nowhere", "application/json"), 404},
		"an unknown method":     {serve(t, openSQLite(t)), sent("PUT /tickets", "application/json"), 405},
		"an unsupported type":   {serve(t, openSQLite(t)), sent("POST /tickets", "text/csv"), 415},
		"a body that GET lacks": {serve(t, openSQLite(t)), sent("GET /tickets", "application/json"), 200},
	} {
		t.Run("because of "+name, func(t *testing.T) {
			t.Parallel()
			l := c.api.dial(t)
			l.send(c.sent)
			l.reads(c.status)
		})
	}
}
