package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"

	"code.dny.dev/ssrf"

	"ticketd/ports"
)

// The codes of requests that failed, beside http_ with the status.
const (
	CodeForbiddenAddress = "forbidden_address" // the guard denies it
	CodeForbiddenScheme  = "forbidden_scheme"  // http is not allowed
	CodeDNS              = "dns"               // the name has no address
	CodeRefused          = "refused"           // nobody listens there
	CodeUnreachable      = "unreachable"       // there is no way to the address
	CodeTLS              = "tls"               // the certificate, or what it takes to get as far
	CodeReset            = "reset"             // the connection was cut off
	CodeTimeout          = "timeout"           // there was no answer within the time
	CodeTooSlow          = "too_slow"          // an answer began and did not end within the time
	CodeRedirect         = "redirect"
	CodeBadAnswer        = "bad_answer" // it is no HTTP, or its header is too large
	CodeBadURL           = "bad_url"
	CodeBadSecret        = "bad_secret"
	CodeInterrupted      = "interrupted" // this process stopped; what the receiver made of it is unknown
)

// failure is a code and what to tell people. It repeats neither the URL nor what the receiver sent.
type failure struct{ code, detail string }

func (f failure) result(status int) ports.SendResult {
	return ports.SendResult{Status: status, Error: f.code, Detail: f.detail}
}

var details = map[string]string{
	CodeForbiddenAddress: "the address lies in a network that webhooks must not reach (WEBHOOK_ALLOW_NETWORKS)",
	CodeDNS:              "the name of the host has no address",
	CodeRefused:          "nobody listens at the address and port",
	CodeUnreachable:      "there is no route to the address",
	CodeTLS:              "no secure connection: the certificate or the protocol",
	CodeReset:            "the receiver closed the connection without an answer",
	CodeTimeout:          "no answer within 15 seconds",
	CodeTooSlow:          "the answer did not end within 15 seconds",
	CodeBadAnswer:        "the answer is not HTTP, or its header is too large",
	CodeInterrupted:      "ticketd stopped before the answer came",
}

// failureOf says why there was no answer. caller ends only if nobody waits for one any more.
func failureOf(caller context.Context, err error) failure {
	code := codeOf(caller, err)
	detail := details[code]
	// Of all texts of errors, only this one helps people and holds nothing but names of the certificate.
	if cert, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		detail = cert.Error()
	}
	return failure{code, detail}
}

// whileReading says why an answer that began did not end.
func whileReading(caller context.Context, err error) failure {
	f := failureOf(caller, err)
	if f.code == CodeTimeout {
		return failure{CodeTooSlow, details[CodeTooSlow]}
	}
	return f
}

func codeOf(caller context.Context, err error) string {
	is := func(targets ...error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
	network, isNetwork := errors.AsType[net.Error](err)
	_, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case caller.Err() != nil:
		return CodeInterrupted
	case is(ssrf.ErrProhibitedIP, ssrf.ErrProhibitedNetwork, ssrf.ErrInvalidHostPort):
		return CodeForbiddenAddress
	case isDNS:
		return CodeDNS
	case is(context.DeadlineExceeded), isNetwork && network.Timeout():
		return CodeTimeout
	case isTLS(err):
		return CodeTLS
	case is(syscall.ECONNREFUSED):
		return CodeRefused
	case is(syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EADDRNOTAVAIL):
		return CodeUnreachable
	case is(syscall.ECONNRESET, syscall.EPIPE, io.EOF, io.ErrUnexpectedEOF), isOperation(err):
		return CodeReset
	}
	return CodeBadAnswer
}

func isTLS(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return true
	}
	// An alert of either side has no type of its own.
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "remote error" || op.Op == "local error")
}

func isOperation(err error) bool {
	_, ok := errors.AsType[*net.OpError](err)
	return ok
}
