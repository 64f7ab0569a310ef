package openai

import (
	"net"
	"net/http"
	"time"

	"github.com/openai/openai-go/v3/option"
)

const (
	// maxIdle is the number of idle connections to the one host: as many as the largest WORKER_CONCURRENCY. The
	// default of two would open a new connection for almost every call.
	maxIdle = 10_000
	// connectTimeout leaves time for the call itself within the default AI_TIMEOUT_MS of 8 s.
	connectTimeout = 5 * time.Second
	// pingAfter finds a dead HTTP/2 connection, over which all calls would go and fail, long before TCP does.
	pingAfter = 15 * time.Second
	// maxResponse is several times what usualBudget takes with log-probabilities (about 500 bytes a token).
	// Models that get more room, for their thoughts, give no log-probabilities.
	maxResponse = 4 << 20
)

// keepAlive finds an idle connection that was cut without a word within half a minute, so that few calls go
// out over it: each lasts as long as it may.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// newHTTPClient follows no redirect: a POST that moves is a wrong base URL, and the ticket must not go to
// another host.
func newHTTPClient(transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: connectTimeout, KeepAliveConfig: keepAlive}).DialContext,
			TLSHandshakeTimeout:   connectTimeout,
			ExpectContinueTimeout: time.Second,
			MaxIdleConns:          maxIdle,
			MaxIdleConnsPerHost:   maxIdle,
			IdleConnTimeout:       90 * time.Second,
			ForceAttemptHTTP2:     true,
			HTTP2:                 &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: connectTimeout},
		}
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// limitResponse turns reading more than maxResponse bytes, counted after decompression, into a
// *http.MaxBytesError.
func limitResponse(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	res, err := next(req)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, maxResponse)
	}
	return res, err
}
