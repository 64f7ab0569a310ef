// Package contract checks every answer that a test gets against openapi.yaml: a client of this package fails
// the test for an answer that the contract does not describe. Only tests import it.
package contract

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
)

// Option changes what a client expects.
type Option func(*Transport)

// RateLimited expects the headers of the rate limit in every answer but those of probes.
func RateLimited() Option { return func(t *Transport) { t.Limited = true } }

// HTTPClient returns an HTTP client that checks every answer. It follows no redirect and knows no proxy.
func HTTPClient(t testing.TB, opts ...Option) *http.Client {
	t.Helper()
	network := &http.Transport{}
	t.Cleanup(network.CloseIdleConnections)
	checking := &Transport{Next: network, Report: t.Errorf}
	for _, apply := range opts {
		apply(checking)
	}
	return &http.Client{
		Transport:     checking,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Client returns the generated client over HTTPClient.
func Client(t testing.TB, baseURL string, opts ...Option) *client.ClientWithResponses {
	t.Helper()
	c, err := client.NewClientWithResponses(baseURL, client.WithHTTPClient(HTTPClient(t, opts...)))
	require.NoError(t, err)
	return c
}
