package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBelowAPrefix(t *testing.T) {
	t.Parallel()
	site := behindNginx(t, "")

	t.Run("Location names what the client can ask for", func(t *testing.T) {
		t.Parallel()
		where := create(t, site)
		require.Equal(t, "/support/tickets/1", where)
		require.Equal(t, http.StatusOK, ask(t, http.MethodGet, site+where, http.NoBody).StatusCode)
	})

	t.Run("the documentation finds its files and where to try things out", func(t *testing.T) {
		t.Parallel()
		base, err := url.Parse(site + "/support/docs")
		require.NoError(t, err)
		page := ask(t, http.MethodGet, base.String(), http.NoBody)
		links := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page.body, -1)
		require.Greater(t, len(links), 3, page.body)
		for _, link := range append(links, []string{"", "docs.json"}) {
			to, err := base.Parse(link[1])
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, ask(t, http.MethodGet, to.String(), http.NoBody).StatusCode, to)
		}
		require.Contains(t, ask(t, http.MethodGet, site+"/support/docs.json", http.NoBody).body,
			`"servers":[{"url":"."}]`)
	})

	t.Run("HEAD and OPTIONS are answered", func(t *testing.T) {
		t.Parallel()
		head := ask(t, http.MethodHead, site+"/support/healthz", http.NoBody)
		require.Equal(t, http.StatusOK, head.StatusCode)
		require.Positive(t, head.ContentLength)
		options := ask(t, http.MethodOptions, site+"/support/tickets", http.NoBody)
		require.Equal(t, http.StatusNoContent, options.StatusCode)
		require.Contains(t, options.Header.Get("Allow"), "POST")
	})

	t.Run("a page of another origin may ask", func(t *testing.T) {
		t.Parallel()
		const page = "https://desk.example.com"
		preflight := ask(t, http.MethodOptions, site+"/support/tickets", http.NoBody,
			"Origin", page, "Access-Control-Request-Method", "POST")
		require.Equal(t, page, preflight.Header.Get("Access-Control-Allow-Origin"))
		require.Contains(t, preflight.Header.Get("Access-Control-Allow-Methods"), "POST")
		missing := ask(t, http.MethodGet, site+"/support/tickets/77", http.NoBody, "Origin", page)
		require.Equal(t, page, missing.Header.Get("Access-Control-Allow-Origin"))
	})
}

const weakening = `gzip on; gzip_types application/json; gzip_proxied any; proxy_set_header ` +
	`Accept-Encoding "";`

func TestTagsOfCompressedAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ directives, tag string }{
		"that nginx compresses and weakens": {weakening, `W/"2"`},
		"that ticketd compresses":           {"", `"2-gzip"`},
		"that ticketd compresses and nginx unpacks": {
			`gunzip on; proxy_set_header Accept-Encoding gzip;`, `W/"2-gzip"`,
		},
	} {
		t.Run(name+" let one change through", func(t *testing.T) {
			t.Parallel()
			site := behindNginx(t, c.directives)
			where := site + create(t, site)
			encoding := "gzip"
			if strings.Contains(c.directives, "gunzip") {
				encoding = "identity"
			}
			res := ask(t, http.MethodGet, where, http.NoBody, "Accept-Encoding", encoding)
			require.Equal(t, encoding == "gzip", res.Header.Get("Content-Encoding") == "gzip")
			tag := res.Header.Get("ETag")
			require.Equal(t, c.tag, tag)
			for _, status := range []int{http.StatusOK, http.StatusPreconditionFailed} {
				changed := ask(t, http.MethodPatch, where, strings.NewReader(`{"category":"technical"}`), "If-Match", tag)
				require.Equal(t, status, changed.StatusCode, changed.body)
			}
		})
	}
}

func TestBodiesThatAreTooLarge(t *testing.T) {
	t.Parallel()
	for name, directives := range map[string]string{
		"read whole by nginx":    "client_max_body_size 64m;",
		"passed on as they come": "client_max_body_size 64m; proxy_request_buffering off;",
	} {
		t.Run(name+" are refused by ticketd in its own words", func(t *testing.T) {
			t.Parallel()
			site := behindNginx(t, directives)
			for _, size := range []int{256<<10 + 1, 600 << 10, 20 << 20} {
				for _, sent := range []string{whole(size), chunked(size)} {
					res := sendAll(t, site, sent)
					require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode, "%d bytes: %s", size, res.body)
					require.Contains(t, res.body, `"code":"body_too_large"`)
				}
			}
		})
	}

	t.Run("for nginx, too, are refused by nginx", func(t *testing.T) {
		t.Parallel()
		res := sendAll(t, behindNginx(t, ""), whole(2<<20))
		require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode)
		require.Contains(t, res.body, "<html>")
	})
}

// whole and chunked are a header's end and a body of n blanks.
func whole(n int) string {
	return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", n, strings.Repeat(" ", n))
}

func chunked(n int) string {
	return fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", n, strings.Repeat(" ", n))
}

// sendAll sends as clients do that read no answer before they have sent all.
func sendAll(t *testing.T, site, sent string) answer {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(site, "http://"))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = io.WriteString(
		conn, "POST /support/tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+sent)
	require.NoError(t, err, "the connection was reset")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return answer{res, string(text)}
}
