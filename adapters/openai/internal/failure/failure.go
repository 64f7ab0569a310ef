package failure

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

// Failure is a call without a completion: a status from 300 up, or a cause.
type Failure struct {
	Status  int
	Header  http.Header
	Problem Problem
	Cause   error
	Ended   error // why the context ended, if it did
	// Input and Output are the tokens that the error document counts.
	Input, Output int
}

// Sent is what the server was sent of a ticket. Words that stand in it, the server may only be repeating.
type Sent struct{ Title, Description string }

// err translates f for the domain. Its text holds nothing that the server may repeat of the ticket or of the
// key.
func (f *Failure) Err(t Sent, key string) error {
	if f.Status == 0 {
		return f.connectionErr()
	}
	e := f.Kind(t).With(f.shown(t, key))
	if e.Kind == domain.KindUnavailable {
		e.RetryAfter = max(retryAfter(f.Header, time.Now()), f.Problem.retryAfter())
	}
	return e
}

// timeouts are the statuses of a server or a gateway that gave up waiting; 524 is Cloudflare's.
var timeouts = []int{http.StatusRequestTimeout, http.StatusGatewayTimeout, 524}

// kind goes by what the server says where it says something, else by the status.
func (f *Failure) Kind(t Sent) *domain.Error {
	says := func(phrases []string) bool { return f.Problem.Says(t, phrases...) }
	ours := f.Status < http.StatusInternalServerError
	switch {
	case f.outOfMoney(t):
		return domain.ErrClassifierQuota
	case f.TooLong(t):
		return domain.ErrTextTooLong
	case f.Status == http.StatusTooManyRequests, says(throttleWords):
		return domain.ErrThrottled
	case ours && says(filterWords):
		return domain.ErrAnswerRefused
	case f.Status == http.StatusUnauthorized, f.Status == http.StatusForbidden, ours && says(keyWords):
		return domain.ErrClassifierKey
	case slices.Contains(timeouts, f.Status), !ours && says(timeoutWords):
		return domain.ErrClassifierTimeout
	case !ours, f.Status == http.StatusFailedDependency, says(loadingWords): // 424: TGI's generation broke
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
func (f *Failure) shown(t Sent, key string) error {
	s := fmt.Sprintf("status %d", f.Status)
	words := []string{f.Problem.Kind, f.Problem.Code}
	if f.Problem.UnknownModel(t) && !slices.Contains(words, modelNotFound) {
		words = append(words, modelNotFound)
	}
	for _, w := range words {
		said := strings.Contains(t.Title, w) || strings.Contains(t.Description, w)
		if w != "" && len(w) <= maxWord && !strings.ContainsFunc(w, NotWord) && !said && !sharesRun(w, key) {
			s += ", " + w
		}
	}
	return errors.New(s)
}

func NotWord(r rune) bool {
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

func (f *Failure) connectionErr() error {
	if _, ok := errors.AsType[*http.MaxBytesError](f.Cause); ok && f.Ended == nil {
		return domain.ErrBadAnswer.With(errors.New("the answer is too large"))
	}
	cause := f.safeCause()
	network, ok := errors.AsType[net.Error](f.Cause)
	if errors.Is(cause, context.DeadlineExceeded) || ok && network.Timeout() {
		return domain.ErrClassifierTimeout.With(cause)
	}
	return domain.ErrClassifierUnavailable.With(cause)
}

// safeCause keeps errors of the network itself. Those of the protocol quote what the server sent.
func (f *Failure) safeCause() error {
	if f.Ended != nil {
		return f.Ended
	}
	if e, ok := errors.AsType[*net.OpError](f.Cause); ok {
		return e
	}
	if e, ok := errors.AsType[*tls.CertificateVerificationError](f.Cause); ok {
		return e
	}
	for _, known := range []error{context.DeadlineExceeded, context.Canceled, io.ErrUnexpectedEOF, io.EOF} {
		if errors.Is(f.Cause, known) {
			return known
		}
	}
	return errors.New("the connection failed")
}

// TimedOut reports whether the server took longer than the call had.
func (f *Failure) TimedOut() bool {
	if f.Status == http.StatusGatewayTimeout || f.Status == http.StatusRequestTimeout {
		return true
	}
	timeout, ok := errors.AsType[net.Error](f.Cause)
	return errors.Is(f.Ended, context.DeadlineExceeded) || ok && timeout.Timeout()
}

// MayReject reports whether the status is one with which servers refuse a parameter by name. Some say 501 for what they did not
// build, 403 for log-probabilities of some models, 404 for no endpoint that takes it.
func (f *Failure) MayReject() bool {
	switch f.Status {
	case 400, 403, 404, 405, 415, 422, 500, 501, 502, 503:
		return true
	}
	return false
}

// Silent reports whether the server failed without a word about the reason.
func (f *Failure) Silent(t Sent) bool {
	return f.Status >= http.StatusInternalServerError && f.Status <= http.StatusServiceUnavailable && f.Header.Get("Retry-After") == "" &&
		f.Kind(t) == domain.ErrClassifierUnavailable
}
