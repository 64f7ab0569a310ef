package webhook_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"ticketd/adapters/internal/apijson"
	"ticketd/adapters/webhook"
	"ticketd/domain"
)

func TestAReceiverCanVerifyARequest(t *testing.T) {
	t.Parallel()
	type request struct {
		header http.Header
		body   string
		length int64
	}
	got := make(chan request, 1)
	url := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		got <- request{r.Header, readAll(r.Body), r.ContentLength}
	})
	s := newSender(t, open())
	ids := map[string]bool{}
	for _, secrets := range [][]string{{secret}, {another, secret}, {secret, another}} {
		r := s.Send(t.Context(), domain.Webhook{URL: url + "/hook?token=x", Secrets: secrets}, event())
		require.Empty(t, r.Error)
		require.Equal(t, http.StatusOK, r.Status)
		require.Positive(t, r.Latency)
		req := <-got
		require.Equal(t, string(apijson.AppendEvent(nil, event())), req.body)
		require.EqualValues(t, len(req.body), req.length)
		require.Equal(t, "application/json", req.header.Get("Content-Type"))
		require.Equal(t, "ticketd/v1.2.3", req.header.Get("User-Agent"))
		require.NotContains(t, req.header, "Idempotency-Key")
		require.NotContains(t, req.header, "Accept-Encoding")
		for _, key := range secrets {
			library, err := standardwebhooks.NewWebhook(key)
			require.NoError(t, err)
			require.NoError(t, library.Verify([]byte(req.body), req.header))
			require.Error(t, library.Verify([]byte(req.body+" "), req.header))
		}
		ids[req.header.Get("webhook-id")] = true
	}
	require.Equal(t, map[string]bool{"evt_42": true}, ids, "each try has the event's id")
}

func TestTheStatusSaysWhetherAnEventArrived(t *testing.T) {
	t.Parallel()
	s := newSender(t, open())
	for _, c := range []struct {
		status int
		code   string
	}{
		{200, ""}, {202, ""}, {204, ""}, {299, ""}, {304, "redirect"}, {400, "http_400"}, {410, "http_410"},
		{429, "http_429"}, {500, "http_500"}, {503, "http_503"}, {799, "http_799"},
	} {
		url := receiver(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(c.status) })
		r := send(t, s, url)
		require.Equal(t, c.code, r.Error)
		require.Equal(t, c.status, r.Status)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	asked := false
	elsewhere := receiver(t, func(http.ResponseWriter, *http.Request) { asked = true })
	s := newSender(t, open())
	for _, location := range []string{elsewhere, "", "%zz", "/again"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			url := receiver(t, func(w http.ResponseWriter, r *http.Request) {
				asked = asked || r.URL.Path == "/again"
				w.Header().Set("Location", location)
				w.WriteHeader(status)
			})
			r := send(t, s, url)
			require.Equal(t, webhook.CodeRedirect, r.Error)
			require.Equal(t, status, r.Status)
		}
	}
	require.False(t, asked)
}

func TestAReceiverMayAskToWait(t *testing.T) {
	t.Parallel()
	var header string
	url := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Retry-After"] = []string{header}
		w.WriteHeader(http.StatusTooManyRequests)
	})
	s := newSender(t, open())
	for value, want := range map[string]time.Duration{
		"0": 0, "7": 7 * time.Second, "86400": 24 * time.Hour, "86401": 24 * time.Hour,
		"18446744073709551615": 24 * time.Hour, "-1": 0, "soon": 0, "": 0, "1e3": 0,
		"Mon, 02 Jan 2006 15:04:05 GMT": 0, "Fri, 31 Dec 9999 23:59:59 GMT": 24 * time.Hour,
	} {
		header = value
		require.Equal(t, want, send(t, s, url).RetryAfter, value)
	}
	header = time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	require.InDelta(t, time.Hour, send(t, s, url).RetryAfter, float64(time.Minute))
}

func TestHostileReceivers(t *testing.T) {
	t.Parallel()
	endless := func(conn net.Conn, head, piece string, pause time.Duration) {
		_, err := fmt.Fprint(conn, head)
		for err == nil {
			time.Sleep(pause)
			_, err = fmt.Fprint(conn, piece)
		}
	}
	const ok = "HTTP/1.1 200 OK\r\n"
	for name, c := range map[string]struct {
		answer func(net.Conn)
		code   string
		status int
	}{
		"never answers": {func(c net.Conn) { c.Read(make([]byte, 1)) }, webhook.CodeTimeout, 0},
		"drips its header": {
			func(c net.Conn) { endless(c, ok, "X: y\r\n", 20*time.Millisecond) }, webhook.CodeTimeout, 0,
		},
		"drips its body": {
			func(c net.Conn) { endless(c, ok+"Content-Length: 9999\r\n\r\n", "x", 20*time.Millisecond) },
			webhook.CodeTooSlow, 200,
		},
		"answers a gigabyte": {
			func(c net.Conn) {
				endless(c, ok+"Content-Length: 1000000000\r\n\r\n", strings.Repeat("x", 64<<10), 0)
			}, "", 200,
		},
		"fails with a gigabyte": {
			func(c net.Conn) {
				endless(c, "HTTP/1.1 500 Oh\r\nContent-Length: 1000000000\r\n\r\n", strings.Repeat("x", 64<<10), 0)
			}, "http_500", 500,
		},
		"has an endless header": {
			func(c net.Conn) { endless(c, ok, "X-Long: "+strings.Repeat("x", 4<<10)+"\r\n", 0) },
			webhook.CodeBadAnswer, 0,
		},
		"closes": {func(net.Conn) {}, webhook.CodeReset, 0},
		"resets": {
			func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) }, webhook.CodeReset, 0,
		},
		"breaks off its body": {
			func(c net.Conn) { fmt.Fprint(c, ok+"Content-Length: 10\r\n\r\nabc") }, webhook.CodeReset, 200,
		},
		"takes the connection over": {
			func(c net.Conn) {
				fmt.Fprint(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
				c.Read(make([]byte, 1))
			}, "http_101", 101,
		},
		"speaks another language": {
			func(c net.Conn) { fmt.Fprint(c, "220 mail.example.com ESMTP\r\n\r\n") }, webhook.CodeBadAnswer, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := webhook.NewWithin(open(), time.Second)
			t.Cleanup(s.Close)
			r := send(t, s, raw(t, c.answer)+"/?token=hidden")
			require.Equal(t, c.code, r.Error)
			require.Equal(t, c.status, r.Status)
			require.NotContains(t, r.Detail, "hidden")
			require.NotContains(t, r.Detail, "127.0.0.1")
		})
	}
}

func TestAnEventIsNotLostToAConnectionThatWasIdleTooLong(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	url := raw(t, func(c net.Conn) { // it answers one request and closes when the next one comes
		asked.Add(1)
		fmt.Fprint(c, "HTTP/1.1 204 No Content\r\n\r\n")
		c.Read(make([]byte, 1))
	})
	s := newSender(t, open())
	for range 3 {
		require.Empty(t, send(t, s, url).Error)
	}
	require.EqualValues(t, 3, asked.Load())
}

func TestReceiversOutOfReach(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	stranger := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(stranger.Close)
	plain := receiver(t, func(http.ResponseWriter, *http.Request) {})
	s := newSender(t, open())
	for name, c := range map[string]struct{ url, code string }{
		"nobody listens":               {closed.URL, webhook.CodeRefused},
		"there is no such name":        {"http://nobody.invalid/", webhook.CodeDNS},
		"nobody knows the certificate": {stranger.URL, webhook.CodeTLS},
		"there is no TLS":              {strings.Replace(plain, "http:", "https:", 1), webhook.CodeTLS},
		"TLS where none is expected":   {strings.Replace(stranger.URL, "https:", "http:", 1), "http_400"},
		"the URL is broken":            {"http://[::1", webhook.CodeBadURL},
		"the scheme is another":        {"ftp://127.0.0.1/", webhook.CodeForbiddenScheme},
	} {
		r := send(t, s, c.url)
		require.Equal(t, c.code, r.Error, name)
	}
	strict := open()
	strict.AllowHTTP = false
	require.Equal(t, webhook.CodeForbiddenScheme, send(t, newSender(t, strict), plain).Error)
	broken := s.Send(t.Context(), domain.Webhook{URL: plain, Secrets: []string{"whsec_?"}}, event())
	require.Equal(t, webhook.CodeBadSecret, broken.Error)
}

func TestASecureReceiver(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	o := open()
	o.Roots = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	s := newSender(t, o)
	for range 2 {
		r := send(t, s, server.URL)
		require.Empty(t, r.Error, r.Detail)
	}
}

func TestARequestThatThisProcessCutsOffSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	url := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		readAll(r.Body) // until then the server does not watch the connection
		cancel()
		<-r.Context().Done()
	})
	r := newSender(t, open()).Send(ctx, domain.Webhook{URL: url, Secrets: []string{secret}}, event())
	require.Equal(t, webhook.CodeInterrupted, r.Error)
}

func TestASpanHoldsNothingSecret(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewInMemoryExporter()
	o := open()
	o.Tracer = sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	s := newSender(t, o)
	for _, status := range []int{200, 503} {
		url := receiver(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		send(t, s, url+"/hidden?token=hidden")
	}
	made := spans.GetSpans().Snapshots()
	require.Len(t, made, 2)
	for _, span := range made {
		require.Equal(t, "POST webhook", span.Name())
		require.NotContains(t, fmt.Sprint(span.Attributes(), span.Status()), "hidden")
		require.NotContains(t, fmt.Sprint(span.Attributes()), "Refund")
		require.Contains(t, fmt.Sprint(span.Attributes()), "ticket.closed")
	}
	require.Contains(t, fmt.Sprint(made[1].Attributes()), "http_503")
}
