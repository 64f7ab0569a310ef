package webhook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/internal/apijson"
	"ticketd/domain"
	"ticketd/ports"
)

// maxAnswer is how much of an answer's body is read, so that the connection can be used again. Nobody looks
// at it.
const maxAnswer = 64 << 10

// Options say whom a Sender may tell and how it names itself.
type Options struct {
	Guard
	Version string               // of the program
	Tracer  trace.TracerProvider // nil: no spans
}

// Sender makes the requests. It is safe for concurrent use.
type Sender struct {
	transport *http.Transport
	guard     Guard
	timeout   time.Duration
	agent     string
	tracer    tracer
}

var _ ports.WebhookSender = (*Sender)(nil)

// New returns a Sender.
func New(o Options) *Sender {
	return &Sender{o.transport(), o.Guard, domain.AnswerTime, "ticketd/" + o.Version, newTracer(o.Tracer)}
}

// Close closes idle connections.
func (s *Sender) Close() { s.transport.CloseIdleConnections() }

// Send implements ports.WebhookSender.
func (s *Sender) Send(ctx context.Context, w domain.Webhook, e domain.Event) ports.SendResult {
	ctx, span := s.tracer.begin(ctx, w, e)
	began := time.Now()
	r := s.send(ctx, w, e)
	r.Latency = time.Since(began)
	span.end(r)
	return r
}

func (s *Sender) send(ctx context.Context, w domain.Webhook, e domain.Event) ports.SendResult {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	req, f := s.request(ctx, w, e)
	if f.code != "" {
		return f.result(0)
	}
	res, err := s.transport.RoundTrip(req) // unlike a client, it follows nothing and keeps no cookies
	if err != nil {
		return failureOf(caller, err).result(0)
	}
	defer res.Body.Close() // cuts off a longer answer
	r := answered(res)
	if res.StatusCode == http.StatusSwitchingProtocols {
		return r // the body is the bare connection, which heeds no deadline
	}
	_, err = io.CopyN(io.Discard, res.Body, maxAnswer)
	if r.Error == "" && err != nil && !errors.Is(err, io.EOF) {
		return whileReading(caller, err).result(res.StatusCode)
	}
	return r
}

func (s *Sender) request(ctx context.Context, w domain.Webhook, e domain.Event) (*http.Request, failure) {
	body := apijson.AppendEvent(nil, e)
	id, now := "evt_"+strconv.FormatInt(e.ID, 10), time.Now()
	signature, err := sign(w.Secrets, id, now, body)
	if err != nil {
		return nil, failure{CodeBadSecret, "the webhook's secret cannot be read"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return nil, failure{CodeBadURL, "the webhook's URL cannot be read"}
	}
	if req.URL.Scheme != "https" && (req.URL.Scheme != "http" || !s.guard.AllowHTTP) {
		return nil, failure{CodeForbiddenScheme, "only https is allowed"}
	}
	req.Header = http.Header{
		"Content-Type":      {"application/json"},
		"User-Agent":        {s.agent},
		"Webhook-Id":        {id},
		"Webhook-Timestamp": {strconv.FormatInt(now.Unix(), 10)},
		"Webhook-Signature": {signature},
		// It is not sent, but lets the transport repeat a request whose idle connection the receiver was just
		// closing: the event's id makes repeats harmless.
		"Idempotency-Key": {},
	}
	return req, failure{}
}

// answered judges an answer by its status.
func answered(res *http.Response) ports.SendResult {
	r := ports.SendResult{Status: res.StatusCode}
	switch status := res.StatusCode; {
	case status >= 200 && status < 300:
		return r
	case status >= 300 && status < 400:
		r.Error, r.Detail = CodeRedirect, "redirects are not followed: the webhook's URL must be the final one"
	default:
		r.Error = "http_" + strconv.Itoa(status)
	}
	r.RetryAfter = retryAfter(res.Header.Get("Retry-After"), time.Now())
	return r
}

// retryAfter reads seconds or a date (RFC 9110, section 10.2.3). What makes no sense is 0.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		limit := uint64(domain.MaxRetryAfter / time.Second)
		return time.Duration(min(seconds, limit)) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), domain.MaxRetryAfter)
}
