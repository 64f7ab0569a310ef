package openai

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
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
}

// err translates f for the domain. Its text holds nothing that the server may repeat of the ticket or of the key.
func (f *failure) err(t ticket, key string) error {
	if f.status == 0 {
		return f.connectionErr()
	}
	e := f.kind().With(f.shown(t, key))
	if e.Kind == domain.KindUnavailable {
		e.RetryAfter = retryAfter(f.header, time.Now())
	}
	return e
}

func (f *failure) kind() *domain.Error {
	switch {
	case f.status == http.StatusTooManyRequests && f.problem.outOfMoney():
		return domain.ErrClassifierKey
	case f.status == http.StatusTooManyRequests:
		return domain.ErrThrottled
	case f.status == http.StatusUnauthorized, f.status == http.StatusForbidden, f.status == http.StatusPaymentRequired:
		return domain.ErrClassifierKey
	case f.status == http.StatusRequestTimeout, f.status >= http.StatusInternalServerError:
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
	return domain.ErrClassifierUnavailable.With(f.safeCause())
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
