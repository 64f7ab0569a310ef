package contract

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Transport passes requests on and reports each answer that breaks the contract, in one call per answer.
type Transport struct {
	Next    http.RoundTripper
	Report  func(format string, args ...any)
	Limited bool // the rate limit is on
}

// RoundTrip implements http.RoundTripper. It reads the whole body to check it, and gives the caller a copy.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.Next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if closing := res.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, fmt.Errorf("read the answer to %s %s: %w", req.Method, req.URL.Path, err)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	if err := check(answer{req, res, body, t.Limited}); err != nil {
		t.Report("%s %s is answered against the contract: %v\n%s\n%s", req.Method, req.URL, err, res.Status,
			shorten(body))
	}
	return res, nil
}

// shorten keeps a test's output readable.
func shorten(body []byte) []byte {
	const most = 2000
	if len(body) > most {
		return append(body[:most:most], "…"...)
	}
	return body
}
