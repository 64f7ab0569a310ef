package openai

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
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

// err translates f for the domain. Its text holds nothing that the server may repeat of the ticket or of the
// key.
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

// timeouts are the statuses of a server or a gateway that gave up waiting; 524 is Cloudflare's.
var timeouts = []int{http.StatusRequestTimeout, http.StatusGatewayTimeout, 524}

// kind goes by what the server says where it says something, else by the status.
func (f *failure) kind(t ticket) *domain.Error {
	says := func(phrases []string) bool { return f.problem.says(t, phrases...) }
	ours := f.status < http.StatusInternalServerError
	switch {
	case f.outOfMoney(t):
		return domain.ErrClassifierQuota
	case f.tooLong(t):
		return domain.ErrTextTooLong
	case f.status == http.StatusTooManyRequests, says(throttleWords):
		return domain.ErrThrottled
	case ours && says(filterWords):
		return domain.ErrAnswerRefused
	case f.status == http.StatusUnauthorized, f.status == http.StatusForbidden, ours && says(keyWords):
		return domain.ErrClassifierKey
	case slices.Contains(timeouts, f.status), !ours && says(timeoutWords):
		return domain.ErrClassifierTimeout
	case !ours, f.status == http.StatusFailedDependency, says(loadingWords): // 424: TGI's generation broke
		return domain.ErrClassifierUnavailable
	default: // redirects too: the base URL is wrong
		return domain.ErrClassifierRefused
	}
}

const (
	maxWord       = 48                // longer than any code that providers use
	modelNotFound = "model_not_found" // OpenAI's word, also for servers that have none
)

// shown is the status with the provider's type and code, as far as these are plain words of its own.
func (f *failure) shown(t ticket, key string) error {
	s := fmt.Sprintf("status %d", f.status)
	words := []string{f.problem.kind, f.problem.code}
	if f.problem.unknownModel(t) && !slices.Contains(words, modelNotFound) {
		words = append(words, modelNotFound)
	}
	for _, w := range words {
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
	network, ok := errors.AsType[net.Error](f.cause)
	if errors.Is(cause, context.DeadlineExceeded) || ok && network.Timeout() {
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
