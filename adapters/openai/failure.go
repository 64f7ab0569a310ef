package openai

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ticketd/domain"
)

// failure is a call without a completion: a status from 300 up, or a cause.
type failure struct {
	status  int
	header  http.Header
	problem problem
	cause   error
	ended   error // why the context ended, if it did
	paid    bool  // the document came with status 200 and may have usage
	// input and output are the tokens that the error document counts.
	input, output int
}

// failureIn returns what an error document that came with status 200 means, nil if the document is none. Gateways that have sent their
// status line before the server behind them fails put the error where the completion would stand, or into its choice
// (https://openrouter.ai/docs/api-reference/errors).
func failureIn(body []byte, header http.Header) *failure {
	type failed struct {
		Error   json.RawMessage `json:"error"`
		Object  string          `json:"object"`
		Type    string          `json:"type"`
		Choices []struct {
			Error   json.RawMessage `json:"error"`
			Message *struct {
				Content json.RawMessage `json:"content"`
			} `json:"message"`
		} `json:"choices"`
		Usage json.RawMessage `json:"usage"`
	}
	var doc failed
	if !mayFail(body) || json.Unmarshal(unlisted(body), &doc) != nil {
		return nil
	}
	said := []byte(doc.Error)
	switch {
	case isSet(doc.Error):
	case doc.Object == "error" || doc.Type == "error":
		said = body
	case len(doc.Choices) > 0 && isSet(doc.Choices[0].Error):
		said = doc.Choices[0].Error
	default:
		return nil
	}
	f := &failure{header: header, problem: newProblem(said), paid: true}
	f.input, f.output = tokensUsed([]byte(doc.Usage))
	if code, err := strconv.Atoi(f.problem.code); err == nil && code >= http.StatusBadRequest && code < 600 {
		f.status = code
		return f
	}
	switch none := (ticket{}); {
	case f.problem.says(none, moneyWords...):
		f.status = http.StatusPaymentRequired
	case f.problem.says(none, throttleWords...):
		f.status = http.StatusTooManyRequests
	case f.problem.says(none, keyWords...):
		f.status = http.StatusUnauthorized
	case f.problem.says(none, longWords...), f.problem.says(none, filterWords...), f.problem.says(none, "invalid_request", "unsupported", "bad request"):
		f.status = http.StatusBadRequest
	default:
		f.status = http.StatusBadGateway
	}
	return f
}

// mayFail spares usual answers the second look: no document without that word is an error.
func mayFail(body []byte) bool {
	return bytes.Contains(body[:min(len(body), maxProblem)], []byte(`error"`))
}

// unlisted takes the first of a list of documents, as Gemini sends them.
func unlisted(body []byte) []byte {
	var list []json.RawMessage
	if json.Unmarshal(body, &list) == nil && len(list) > 0 {
		return list[0]
	}
	return body
}

func isSet(v json.RawMessage) bool {
	return len(v) > 0 && string(v) != "null" && string(v) != `""` && string(v) != "{}" && string(v) != "false"
}

// err translates f for the domain. Its text holds nothing that the server may repeat of the ticket or of the key.
func (f *failure) err(t ticket, key string) error {
	if f.status == 0 {
		return f.connectionErr()
	}
	e := f.kind(t).With(f.shown(t, key))
	if e.Kind == domain.KindUnavailable {
		e.RetryAfter = max(retryAfter(f.header, time.Now()), f.problem.retryAfter())
	}
	return e
}

// kind goes by what the server says where it says something, else by the status.
func (f *failure) kind(t ticket) *domain.Error {
	switch says := f.problem.says; {
	case f.outOfMoney(t):
		return domain.ErrClassifierQuota
	case f.status == http.StatusTooManyRequests:
		return domain.ErrThrottled
	case f.tooLong(t):
		return domain.ErrTextTooLong
	case f.status < http.StatusInternalServerError && says(t, filterWords...):
		return domain.ErrAnswerRefused
	case f.status == http.StatusUnauthorized, f.status == http.StatusForbidden, f.status == http.StatusBadRequest && says(t, keyWords...):
		return domain.ErrClassifierKey
	case f.status == http.StatusBadRequest && says(t, throttleWords...):
		return domain.ErrThrottled
	case f.status == http.StatusRequestTimeout, f.status == http.StatusGatewayTimeout, f.status == 524, // Cloudflare's
		f.status >= http.StatusInternalServerError && says(t, timeoutWords...):
		return domain.ErrClassifierTimeout
	case f.status >= http.StatusInternalServerError, f.status == http.StatusFailedDependency: // TGI's, for a generation that broke
		return domain.ErrClassifierUnavailable
	default: // redirects too: the base URL is wrong
		return domain.ErrClassifierRefused
	}
}

// maxWord is longer than any code that providers use.
const maxWord = 48

// shown is the status with the provider's type and code, as far as these are plain words of its own.
func (f *failure) shown(t ticket, key string) error {
	s := fmt.Sprintf("status %d", f.status)
	for _, w := range []string{f.problem.kind, f.problem.code} {
		said := strings.Contains(t.title, w) || strings.Contains(t.description, w)
		if w != "" && len(w) <= maxWord && !strings.ContainsFunc(w, notWord) && !said && !sharesRun(w, key) {
			s += ", " + w
		}
	}
	return errors.New(s)
}

func notWord(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
}

// sharesRun reports whether w holds a piece of the key that would help to recognise it.
func sharesRun(w, key string) bool {
	const run = 5
	for i := run; i <= len(w); i++ {
		if strings.Contains(key, w[i-run:i]) {
			return true
		}
	}
	return false
}

func (f *failure) connectionErr() error {
	if _, ok := errors.AsType[*http.MaxBytesError](f.cause); ok && f.ended == nil {
		return bad("the answer is too large")
	}
	cause := f.safeCause()
	if timeout, ok := errors.AsType[net.Error](f.cause); errors.Is(cause, context.DeadlineExceeded) || ok && timeout.Timeout() {
		return domain.ErrClassifierTimeout.With(cause)
	}
	return domain.ErrClassifierUnavailable.With(cause)
}

// safeCause keeps errors of the network itself. Those of the protocol quote what the server sent.
func (f *failure) safeCause() error {
	if f.ended != nil {
		return f.ended
	}
	if e, ok := errors.AsType[*net.OpError](f.cause); ok {
		return e
	}
	if e, ok := errors.AsType[*tls.CertificateVerificationError](f.cause); ok {
		return e
	}
	for _, known := range []error{context.DeadlineExceeded, context.Canceled, io.ErrUnexpectedEOF, io.EOF} {
		if errors.Is(f.cause, known) {
			return known
		}
	}
	return errors.New("the connection failed")
}
