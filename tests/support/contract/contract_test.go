package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/contract"
)

const notFound = `{"type":"about:blank","title":"Not Found","status":404,"detail":"ticket not found",` +
	`"code":"ticket_not_found","request_id":"r1"}`

// ticket returns an example of openapi.yaml.
var ticket = sync.OnceValue(func() string {
	doc, err := openapi3.NewLoader().LoadFromFile("../../../openapi.yaml")
	if err != nil {
		panic(err)
	}
	example := doc.Components.Examples["TicketDone"].Value.Value.(map[string]any)
	example["id"] = 1
	text, err := json.Marshal(example)
	if err != nil {
		panic(err)
	}
	return string(text)
})

// canned is a server that gives the same answer to everything.
type canned struct {
	status int
	header http.Header
	body   string
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.status, Status: fmt.Sprintf("%d %s", c.status, http.StatusText(c.status)), Proto: "HTTP/1.1",
		Header: c.header, Body: io.NopCloser(strings.NewReader(c.body)), Request: r,
	}, nil
}

// created, found and missing are valid answers; the tests break them.
func created() *canned {
	return &canned{
		201, http.Header{"X-Request-Id": {"r1"}, "Location": {"/tickets/1"}, "Content-Type": {"application/json"}},
		ticket(),
	}
}

func found() *canned {
	return &canned{
		200, http.Header{"X-Request-Id": {"r1"}, "Content-Type": {"application/json; charset=UTF-8"}}, ticket(),
	}
}

func missing() *canned {
	return &canned{
		404, http.Header{"X-Request-Id": {"r1"}, "Content-Type": {"application/problem+json"}}, notFound,
	}
}

func (c *canned) without(header string) *canned {
	c.header.Del(header)
	return c
}

func (c *canned) with(header, value string) *canned {
	c.header.Add(header, value)
	return c
}

func (c *canned) as(status int) *canned {
	c.status = status
	c.body = strings.NewReplacer(`"status":404`, fmt.Sprintf(`"status":%d`, status), "Not Found",
		http.StatusText(status)).Replace(c.body)
	return c
}

func (c *canned) saying(old, now string) *canned {
	c.body = strings.Replace(c.body, old, now, 1)
	return c
}

func (c *canned) limited(limit, left, policy string) *canned {
	return c.with("RateLimit-Limit", limit).with("RateLimit-Remaining", left).with("RateLimit-Reset",
		"9").with("RateLimit-Policy", policy)
}

// complaints returns what the checker reports about the answer.
func complaints(t *testing.T, limited bool, method, path string, a *canned) []string {
	t.Helper()
	var reported []string
	c := http.Client{Transport: &contract.Transport{Next: a, Limited: limited,
		Report: func(format string, args ...any) {
			reported = append(reported, fmt.Sprintf(format, args...))
		}}}
	req, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:1"+path, http.NoBody)
	require.NoError(t, err)
	res, err := c.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.True(t, bytes.Equal([]byte(a.body), body), "the caller gets the body all the same")
	return reported
}

func TestRightAnswersPass(t *testing.T) {
	t.Parallel()
	html := &canned{
		200, http.Header{"X-Request-Id": {"r1"}, "Content-Type": {"text/html; charset=utf-8"}}, "<html>",
	}
	asset := &canned{200, http.Header{"X-Request-Id": {"r1"}, "Content-Type": {"text/css"}}, "a{}"}
	for name, c := range map[string]struct {
		method, path string
		answer       *canned
	}{
		"a created ticket":          {"POST", "/tickets", created()},
		"a ticket":                  {"GET", "/tickets/1?x=y", found()},
		"a ticket within the limit": {"GET", "/tickets/1", found().limited("5", "4", "5;w=900")},
		"a missing ticket":          {"GET", "/tickets/1", missing()},
		"a deleted user":            {"DELETE", "/users/1", &canned{204, http.Header{"X-Request-Id": {"r1"}}, ""}},
		"an unknown route":          {"GET", "/nowhere", missing()},
		"an unknown method": {
			"PUT", "/tickets", missing().as(405).with("Allow", "OPTIONS, GET, HEAD, POST"),
		},
		"OPTIONS": {
			"OPTIONS", "/users",
			&canned{204, http.Header{"X-Request-Id": {"r1"}, "Allow": {"OPTIONS, GET, HEAD, POST"}}, ""},
		},
		"HEAD": {
			"HEAD", "/tickets/1", &canned{200, found().with("Content-Length", "250").header, ""},
		},
		"the docs":           {"GET", "/docs", html},
		"a file of the docs": {"GET", "/docs/swagger-ui.css", asset},
		"an unknown route beyond the limit": {
			"GET", "/nowhere", missing().as(429).limited("5", "0", "5;w=900").with("Retry-After", "9"),
		},
		"a store out of reach": {"GET", "/tickets", missing().as(503).with("Retry-After", "5")},
		"a missing key":        {"GET", "/tickets", missing().as(401).with("WWW-Authenticate", "Bearer realm=x")},
		"plain words that resemble SQL": {
			"GET", "/tickets/1", missing().saying("ticket not found", "user selected from a list"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, complaints(t, false, c.method, c.path, c.answer))
		})
	}
}

func TestWrongAnswersAreReported(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, path string
		answer       *canned
		says         string
	}{
		"an undocumented status": {"GET", "/tickets/1", found().as(202), "does not know the status 202"},
		"an undocumented error":  {"POST", "/tickets", missing(), "does not know the status 404"},
		"a missing field":        {"GET", "/tickets/1", found().saying(`"title"`, `"titel"`), `"title"`},
		"a field too many":       {"GET", "/tickets/1", found().saying(`{`, `{"x":1,`), `"x"`},
		"a label off the list":   {"GET", "/tickets/1", found().saying("billing", "money"), "enum"},
		"an id of another type":  {"GET", "/tickets/1", found().saying(`"id":1`, `"id":"1"`), "integer"},
		"a time that is none":    {"GET", "/tickets/1", found().saying("2026-11", "2026-99"), "created_at"},
		"another content type": {
			"GET", "/tickets/1", found().without("Content-Type").with("Content-Type", "text/plain"), `"text/plain"`,
		},
		"no content type": {"GET", "/tickets/1", found().without("Content-Type"), `content type ""`},
		"an empty body": {
			"GET", "/docs", &canned{200, http.Header{"X-Request-Id": {"r1"}, "Content-Type": {"text/html"}}, ""},
			"empty",
		},
		"a body where there is none": {
			"DELETE", "/users/1", &canned{204, http.Header{"X-Request-Id": {"r1"}}, "{}"}, "no body",
		},
		"a body after HEAD":     {"HEAD", "/tickets/1", found().with("Content-Length", "250"), "HEAD"},
		"HEAD without a length": {"HEAD", "/tickets/1", &canned{200, found().header, ""}, "Content-Length"},
		"no Location":           {"POST", "/tickets", created().without("Location"), "Location"},
		"no request id":         {"GET", "/tickets/1", found().without("X-Request-Id"), "X-Request-Id"},
		"a malformed request id": {
			"GET", "/tickets/1", found().without("X-Request-Id").with("X-Request-Id", "a b"), "X-Request-Id",
		},
		"two request ids": {"GET", "/tickets/1", found().with("X-Request-Id", "r2"), "X-Request-Id"},
		"some headers of the limit only": {
			"GET", "/tickets/1", found().with("RateLimit-Limit", "5"), "RateLimit-Remaining",
		},
		"more left than there ever were": {"GET", "/tickets/1", found().limited("5", "5", "5;w=9"), "at most 4"},
		"a policy of another limit": {
			"GET", "/tickets/1", found().limited("5", "4", "6;w=9"), "RateLimit-Policy",
		},
		"a limited page":  {"GET", "/docs", missing().limited("5", "4", "5;w=9"), "docs are not limited"},
		"a limited probe": {"GET", "/healthz", missing().as(400).limited("5", "4", "5;w=9"), "probes"},
		"429 without its headers": {
			"GET", "/tickets", missing().as(429).with("Retry-After", "1"), "RateLimit-Limit",
		},
		"429 without Retry-After": {"GET", "/tickets", missing().as(429).limited("5", "0", "5;w=9"), "Retry-After"},
		"429 with requests left": {
			"GET", "/tickets", missing().as(429).limited("5", "3", "5;w=9").with("Retry-After", "1"),
			"3 requests are left",
		},
		"503 without Retry-After": {"GET", "/readyz", missing().as(503), "Retry-After"},
		"503 with a date in Retry-After": {
			"GET", "/readyz", missing().as(503).with("Retry-After", "Mon, 23 Nov 2026 10:15:30 GMT"), "Retry-After",
		},
		"401 that asks for nothing": {"GET", "/tickets", missing().as(401), "WWW-Authenticate"},
		"401 that asks for a password": {
			"GET", "/tickets", missing().as(401).with("WWW-Authenticate", "Basic realm=x"), "WWW-Authenticate",
		},
		"405 without Allow":      {"PUT", "/tickets", missing().as(405), "Allow"},
		"405 with half of Allow": {"PUT", "/tickets", missing().as(405).with("Allow", "GET, HEAD"), "lacks POST"},
		"405 with a method too many": {
			"PUT", "/tickets", missing().as(405).with("Allow", "GET, HEAD, POST, BREW"), `"BREW"`,
		},
		"an unknown route that answers": {"GET", "/nowhere", found(), "status 200"},
		"an unknown route as plain text": {
			"GET", "/nowhere", missing().without("Content-Type").with("Content-Type", "text/plain"), "problem+json",
		},
		"a file of the docs that is wrong": {"POST", "/docs/swagger-ui.css", found(), "status 200"},
		"an error as plain JSON": {
			"GET", "/nowhere", missing().without("Content-Type").with("Content-Type", "application/json"),
			"problem+json",
		},
		"a problem of another status":  {"GET", "/tickets/1", missing().saying("404", "400"), "says status 400"},
		"a problem of another request": {"GET", "/tickets/1", missing().saying("r1", "r2"), `request "r2"`},
		"a problem without a code": {
			"GET", "/nowhere", missing().saying(`"code":"ticket_not_found",`, ""), "code",
		},
		"a problem with another title": {"GET", "/nowhere", missing().saying("Not Found", "Missing"), "in words"},
		"a problem with a name twice": {
			"GET", "/nowhere", missing().saying("{", `{"status":404,`), "each name once",
		},
		"two problems": {"GET", "/nowhere", missing().saying("{", "{}{"), "one JSON document"},
		"fields that are wrong in a 404": {
			"GET", "/nowhere", missing().saying("{", `{"errors":[{"field":"a","message":"a is bad"}],`),
			"broken fields",
		},
		"no broken field in the list": {
			"GET", "/tickets/x", missing().as(400).saying("{", `{"errors":[],`), "broken fields",
		},
		"a broken field without its name": {
			"GET", "/tickets/x", missing().as(400).saying("{", `{"errors":[{"field":"id","message":"bad"}],`),
			"begin with it",
		},
		"words of SQL": {"GET", "/nowhere", missing().saying("ticket not found", "insert into tickets"), "inside"},
		"words of Go":  {"GET", "/nowhere", missing().saying("ticket not found", "store.go:12"), "inside"},
		"a folder of the machine": {
			"GET", "/nowhere", missing().saying("ticket not found", "open /var/lib/x"), "inside",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reported := complaints(t, false, c.method, c.path, c.answer)
			require.Len(t, reported, 1)
			require.Contains(t, reported[0], c.says)
		})
	}
}

func TestAnswersUnderALimit(t *testing.T) {
	t.Parallel()
	require.Len(t, complaints(t, true, "GET", "/tickets/1", found()), 1, "the headers are missing")
	require.Empty(t, complaints(t, true, "GET", "/tickets/1", found().limited("5", "4", "5;w=9")))
	require.Empty(t, complaints(t, true, "GET", "/healthz", missing().as(400)), "probes have none")
}

func TestWhatWasSeenIsRemembered(t *testing.T) {
	t.Parallel()
	described, err := contract.Described()
	require.NoError(t, err)
	want := contract.Exchange{Operation: "listUsers", Status: 503}
	require.Contains(t, described, want)
	require.NotContains(t, described, contract.Exchange{Operation: "listUsers", Status: 404})
	before := contract.Seen()[want]

	require.Empty(t, complaints(t, false, "GET", "/users", missing().as(503).with("Retry-After", "1")))

	require.Equal(t, before+1, contract.Seen()[want])
}
