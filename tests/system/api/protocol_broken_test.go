package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"ticketd/tests/support/system"
)

// broken are requests that net/http refuses by itself, but for the last two, which it lets through.
var broken = map[string]struct {
	sent   string
	status int
}{
	"garbage":                           {"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400},
	"a line of one word":                {"GET\r\n\r\n", 400},
	"no version":                        {"GET /tickets\r\nHost: x\r\n\r\n", 400},
	"a version that is none":            {"GET /tickets HTTP/x\r\nHost: x\r\n\r\n", 400},
	"a version to come":                 {"GET /tickets HTTP/4.0\r\nHost: x\r\n\r\n", 505},
	"a method with a blank":             {"G ET /tickets HTTP/1.1\r\nHost: x\r\n\r\n", 400},
	"a path without a slash":            {"GET tickets HTTP/1.1\r\nHost: x\r\n\r\n", 400},
	"a path with a bad escape":          {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
	"a path with a control":             {"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
	"no Host":                           {"GET /tickets HTTP/1.1\r\n\r\n", 400},
	"two Hosts":                         {"GET /tickets HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
	"a Host that is none":               {"GET /tickets HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
	"a header without a name":           {get + ": x\r\n\r\n", 400},
	"a header without a colon":          {get + "Header\r\n\r\n", 400},
	"a header with a blank in its name": {get + "A B: x\r\n\r\n", 400},
	"a header with NUL":                 {get + "A: x\x00y\r\n\r\n", 400},
	"a blank before the colon":          {post + "Content-Length : 31\r\n\r\n" + ticket, 400},
	"a length that is no number":        {post + "Content-Length: x\r\n\r\n" + ticket, 400},
	"a negative length":                 {post + "Content-Length: -1\r\n\r\n" + ticket, 400},
	"a length with a sign":              {post + "Content-Length: +31\r\n\r\n" + ticket, 400},
	"two lengths": {
		post + "Content-Length: 31\r\nContent-Length: 30\r\n\r\n" + ticket, 400,
	},
	"two lengths in one":         {post + "Content-Length: 31, 31\r\n\r\n" + ticket, 400},
	"a coding that nobody knows": {post + "Transfer-Encoding: gzip\r\n\r\n" + ticket, 501},
	"a coding twice": {
		post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501,
	},
	"a coding behind a control":   {post + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400},
	"headers of more than 64 KiB": {get + "A: " + strings.Repeat("x", 80<<10) + "\r\n\r\n", 431},
	"many headers of more than 64 KiB": {
		get + strings.Repeat("A: "+strings.Repeat("x", 1000)+"\r\n", 80) + "\r\n", 431,
	},
	"a request line of more than 64 KiB": {
		"GET /" + strings.Repeat("x", 80<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431,
	},
	"a tunnel":              {"CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n", 404},
	"the preface of HTTP/2": {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404},
}

func TestRequestsThatAreNoHTTP(t *testing.T) {
	t.Parallel()
	s := system.Serve(t)
	t.Run("each", func(t *testing.T) {
		for name, c := range broken {
			t.Run(fmt.Sprintf("%s is refused with %d", name, c.status), func(t *testing.T) {
				t.Parallel()
				status, res, body := dial(t, s).say(c.sent).hear(http.MethodGet)
				require.Equal(t, c.status, status, body)
				require.NotRegexp(t, `\.go\b|goroutine|/(root|home|usr|var)/`, body)
				require.Less(t, len(body), 1000, "what was sent is not sent back")
				require.Empty(t, res.Header.Get("Server"))
			})
		}
	})
	require.Empty(t, s.Tickets(t), "something was stored all the same")
}
