// Package failure reads what went wrong with a call, by what the server says: bytes in, an error of the
// domain out.
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

	"ticketd/adapters/openai/internal/answer"
	"ticketd/domain"
)

// Failure is a call without a completion: a status from 300 up, or a cause.
type Failure struct {
	Problem
	Status        int
	Header        http.Header
	Cause         error
	Ended         error // why the context ended, if it did
	Input, Output int   // the tokens that the error document counts
}

// Of reads the error document of a response, as far as there is one.
func Of(res *http.Response) *Failure {
	f := &Failure{Status: res.StatusCode, Header: res.Header}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxProblem))
	if err != nil {
		return f // the document was cut off or too large; the status says enough
	}
	f.Problem = newProblem(body)
	f.Input, f.Output = answer.Usage(body)
	return f
}

// Err returns the domain's error for f. Its text holds nothing that the server may repeat of the ticket or
// the key.
func (f *Failure) Err(s Sent, key string) error {
	if f.Status == 0 {
		return f.connectionErr()
	}
	e := f.kind(s).With(f.shown(s, key))
	if e.Kind == domain.KindUnavailable {
		e.RetryAfter = max(retryAfter(f.Header, time.Now()), f.retryAfter())
	}
	return e
}

// timeouts are the statuses of a server or a gateway that gave up waiting; 524 is Cloudflare's.
var timeouts = []int{http.StatusRequestTimeout, http.StatusGatewayTimeout, 524}

// kind goes by what the server says, if it says something known, else by the status.
func (f *Failure) kind(s Sent) *domain.Error {
	says := func(phrases []string) bool { return f.Says(s, phrases...) }
	ours := f.Status < http.StatusInternalServerError
	switch {
	case f.Status == http.StatusPaymentRequired, f.outOfMoney(s):
		return domain.ErrClassifierQuota
	case f.TooLong(s):
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

// TooLong reports whether the text and the room for the answer do not fit the model's context.
func (f *Failure) TooLong(s Sent) bool {
	switch {
	case f.Status == http.StatusRequestEntityTooLarge:
		return true
	case f.Status == http.StatusTooManyRequests:
		return f.Says(s, neverFits...)
	}
	return f.Status >= http.StatusBadRequest && f.Says(s, LongWords...)
}

// TimedOut reports whether the server took longer than the call had.
func (f *Failure) TimedOut() bool {
	if f.Status == http.StatusGatewayTimeout || f.Status == http.StatusRequestTimeout {
		return true
	}
	return errors.Is(f.Ended, context.DeadlineExceeded) || isTimeout(f.Cause)
}

func isTimeout(err error) bool {
	network, ok := errors.AsType[net.Error](err)
	return ok && network.Timeout()
}

// MayReject reports whether the status is one with which servers reject a parameter by name. Some say 501
// for what they did not build, 403 for log-probabilities of some models, 404 for no endpoint that takes the
// parameter.
func (f *Failure) MayReject() bool {
	return slices.Contains([]int{400, 403, 404, 405, 415, 422, 500, 501, 502, 503}, f.Status)
}

// Silent reports whether the server failed without a word about the reason.
func (f *Failure) Silent(s Sent) bool {
	return f.Status >= http.StatusInternalServerError && f.Status <= http.StatusServiceUnavailable &&
		f.Header.Get("Retry-After") == "" && f.kind(s) == domain.ErrClassifierUnavailable
}

const (
	maxWord       = 48                // longer than any code of a provider
	modelNotFound = "model_not_found" // OpenAI's word, also for servers that have none
)

// shown is the status with the provider's type and code, as far as these are plain words of the provider's
// own.
func (f *Failure) shown(s Sent, key string) error {
	text := fmt.Sprintf("status %d", f.Status)
	words := []string{f.Kind, f.Code}
	if f.UnknownModel(s) && !slices.Contains(words, modelNotFound) {
		words = append(words, modelNotFound)
	}
	for _, w := range words {
		repeated := strings.Contains(s.Title, w) || strings.Contains(s.Description, w) || sharesRun(w, key)
		if w != "" && len(w) <= maxWord && isWord(w) && !repeated {
			text += ", " + w
		}
	}
	return errors.New(text)
}

func isWord(s string) bool {
	for i := range len(s) {
		if !IsWord(s[i]) {
			return false
		}
	}
	return true
}

// IsWord reports whether b may stand in a code or in the name of a parameter.
func IsWord(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_'
}

// sharesRun reports whether w holds a piece of the key that would help to recognise the key.
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
	if errors.Is(cause, context.DeadlineExceeded) || isTimeout(f.Cause) {
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
