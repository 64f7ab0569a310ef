package httpapi_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/contract"
)

// wire sends bytes as they are and reads one answer.
type wire struct {
	sent string
	ends bool // the client then closes its side of the connection
}

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	conn, err := new(net.Dialer).DialContext(r.Context(), "tcp", r.URL.Host)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, w.sent); err != nil {
		return nil, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok && w.ends {
		if err := tcp.CloseWrite(); err != nil {
			return nil, err
		}
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, err
}

// posted is a POST of a ticket with these headers and this body, which need not match.
func posted(body string, headers ...string) string {
	return "POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
		strings.Join(headers, "\r\n") + "\r\n\r\n" + body
}

func TestBodiesThatNoClientSends(t *testing.T) {
	t.Parallel()
	right := titled(`"t"`)
	large := strings.Repeat(" ", 300<<10)
	for name, c := range map[string]struct {
		sent   string
		status int
		code   string
	}{
		"cut before the announced length": {posted(right, "Content-Length: 500"), 400, "body_incomplete"},
		"cut before its first byte":       {posted("", "Content-Length: 500"), 400, "body_incomplete"},
		"cut within a chunk": {
			posted("40\r\n"+right, "Transfer-Encoding: chunked"), 400, "body_incomplete",
		},
		"cut after a chunk": {
			posted(fmt.Sprintf("%x\r\n%s\r\n", len(right), right), "Transfer-Encoding: chunked"), 400,
			"body_incomplete",
		},
		"of a chunk that has no length": {
			posted("zz\r\n"+right+"\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), 400, "body_incomplete",
		},
		"of chunks that are too much": {
			posted(fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(large), large), "Transfer-Encoding: chunked"), 413,
			"body_too_large",
		},
		"announced as too large": {
			posted("", "Content-Length: 262145", "Expect: 100-continue"), 413, "body_too_large",
		},
		"announced as larger than memory": {
			posted("", "Content-Length: 9223372036854775807"), 413, "body_too_large",
		},
		"of no length": {posted(right, "Connection: close"), 400, "invalid_input"},
		"of right chunks": {
			posted(fmt.Sprintf("1\r\n{\r\n%x\r\n%s\r\n0\r\n\r\n", len(right)-1, right[1:]),
				"Transfer-Encoding: chunked"),
			201, "",
		},
		"longer than announced": {posted(right+"garbage", fmt.Sprintf("Content-Length: %d", len(right))), 201, ""},
	} {
		t.Run(fmt.Sprintf("one %s gets %d", name, c.status), func(t *testing.T) {
			t.Parallel()
			a := serve(t, openSQLite(t))
			a.http = &http.Client{
				Transport: &contract.Transport{Next: wire{c.sent, c.status != http.StatusCreated}, Report: t.Errorf},
			}
			res := a.do(t, a.request(t, http.MethodPost, "/tickets", ""))
			require.Equal(t, c.status, res.StatusCode, res.body)
			require.Contains(t, res.body, c.code)
		})
	}
}

func TestAChunkedBodyMayBeAsLargeAsAnother(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	for size, status := range map[int]int{
		256 << 10: http.StatusCreated, 256<<10 + 1: http.StatusRequestEntityTooLarge,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url+"/tickets",
			io.MultiReader(strings.NewReader(tooLarge.bytes(size).body)))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		require.Equal(t, status, a.do(t, r).StatusCode)
	}
}
