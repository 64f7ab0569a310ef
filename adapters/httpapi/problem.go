package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/domain"
)

// problemType is the media type of RFC 9457.
const problemType = "application/problem+json"

// maxNamed is how many broken fields the detail names; errors lists them all.
const maxNamed = 5

// retryLater is the Retry-After of an answer that means "not now" without knowing for how long.
const retryLater = 5 * time.Second

// statusOf is the only place that maps a kind of error to an HTTP status.
func statusOf(k domain.Kind) int {
	switch k {
	case domain.KindInvalid:
		return http.StatusBadRequest
	case domain.KindUnauthenticated:
		return http.StatusUnauthorized
	case domain.KindNotFound:
		return http.StatusNotFound
	case domain.KindConflict:
		return http.StatusConflict
	case domain.KindUnavailable:
		return http.StatusServiceUnavailable
	case domain.KindInternal:
	}
	return http.StatusInternalServerError
}

// statusOfError returns the kind's status, except for codes that have an HTTP status of their own.
func statusOfError(e *domain.Error) int {
	switch e.Code {
	case app.ErrKeyReused.Code:
		return http.StatusUnprocessableEntity
	case app.ErrVersionStale.Code:
		return http.StatusPreconditionFailed
	case domain.ErrTicketChanged.Code, domain.ErrWebhookChanged.Code, domain.ErrCreatorGone.Code:
		return http.StatusServiceUnavailable // the request lost many races in a row and may work later
	}
	return statusOf(e.Kind)
}

// httpError is an error that only HTTP knows.
type httpError struct {
	status int
	code   string
	detail string
}

func (e *httpError) Error() string { return e.detail }

var (
	errBodyTooLarge = &httpError{
		http.StatusRequestEntityTooLarge, "body_too_large",
		"the body must have at most " + strconv.Itoa(maxBody) + " bytes",
	}
	errMediaType     = unsupported("the body must be sent as Content-Type: application/json")
	errEncoding      = unsupported("the body must be sent plain or as Content-Encoding: gzip")
	errRouteNotFound = &httpError{http.StatusNotFound, "route_not_found", "there is no such route"}
	errMethod        = &httpError{
		http.StatusMethodNotAllowed, "method_not_allowed",
		"the route does not know this method; the Allow header lists those it knows",
	}
	errBodyCut = &httpError{
		http.StatusBadRequest, "body_incomplete", "the body ended before it was complete",
	}
	errNotGzip = &httpError{http.StatusBadRequest, "body_not_gzip", "the body is no complete gzip"}
)

func unsupported(detail string) *httpError {
	return &httpError{http.StatusUnsupportedMediaType, "unsupported_media_type", detail}
}

// problemOf turns any error into the answer. An error that is not meant for the client becomes a bare 500.
func problemOf(err error) gen.Problem {
	if h, ok := errors.AsType[*httpError](err); ok {
		return problem(h.status, h.code, h.detail)
	}
	if e, ok := errors.AsType[*domain.Error](err); ok && e.Kind != domain.KindInternal {
		p := problem(statusOfError(e), e.Code, e.Message)
		if len(e.Fields) > 0 {
			p.Errors, p.Detail = fieldErrors(e.Fields)
		}
		return p
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return problem(http.StatusServiceUnavailable, "timeout", "the request took too long; try again later")
	}
	if h, ok := errors.AsType[*echo.HTTPError](err); ok {
		return problemOfEcho(h.Code)
	}
	return problem(http.StatusInternalServerError, "internal",
		"something went wrong on our side; the request id finds it in the log")
}

// fieldErrors returns each complaint as a sentence, and all of them as one line.
func fieldErrors(fields []domain.FieldError) (*[]gen.FieldError, string) {
	list := make([]gen.FieldError, len(fields))
	sentences := make([]string, len(fields))
	for i, f := range fields {
		sentences[i] = f.Field + " " + f.Message
		list[i] = gen.FieldError{Field: f.Field, Message: sentences[i]}
	}
	if len(sentences) > maxNamed {
		sentences = append(sentences[:maxNamed], fmt.Sprintf("and %d more", len(fields)-maxNamed))
	}
	return &list, strings.Join(sentences, "; ")
}

// problemOfEcho uses the status of an error of the framework, never its text.
func problemOfEcho(status int) gen.Problem {
	switch status {
	case http.StatusNotFound:
		return problemOf(errRouteNotFound)
	case http.StatusMethodNotAllowed:
		return problemOf(errMethod)
	case http.StatusRequestEntityTooLarge:
		return problemOf(errBodyTooLarge)
	case http.StatusUnsupportedMediaType:
		return problemOf(errMediaType)
	case http.StatusBadRequest:
		return problem(status, "invalid_input", "the input is invalid")
	}
	return problemOf(errors.New("framework error"))
}

func problem(status int, code, detail string) gen.Problem {
	return gen.Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail,
	}
}

// errorHandler returns Echo's error handler: every error leaves through it.
func errorHandler(log *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if _, broken := errors.AsType[*net.OpError](err); broken && c.Response().Committed {
			return // the client is gone, and the error names its address; the request's own line has the status
		}
		p := problemOf(err)
		if p.Status >= http.StatusInternalServerError {
			log.Log(c.Request().Context(), levelOf(err, p.Status, isProbe(c)), "request failed", "error", err,
				"status", p.Status)
		}
		if c.Response().Committed {
			return
		}
		writeProblem(c, p, retryAfter(err, p.Status))
	}
}

// levelOf returns error only for what somebody has to look into: metrics show a server that is away, and a
// probe is there to be told.
func levelOf(err error, status int, probe bool) slog.Level {
	switch {
	case probe || errors.Is(err, context.Canceled):
		return slog.LevelInfo
	case status == http.StatusServiceUnavailable:
		return slog.LevelWarn
	default:
		return slog.LevelError
	}
}

// retryAfter returns how long the client should wait, 0 if another try is useless.
func retryAfter(err error, status int) time.Duration {
	if e, ok := errors.AsType[*domain.Error](err); ok && e.RetryAfter > 0 {
		return e.RetryAfter
	}
	if status == http.StatusServiceUnavailable {
		return retryLater
	}
	return 0
}

func writeProblem(c echo.Context, p gen.Problem, wait time.Duration) {
	p.RequestId = requestID(c)
	h := c.Response().Header()
	if wait > 0 {
		h.Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	body, _ := json.Marshal(p) // cannot fail: p holds only texts and numbers
	h.Set(echo.HeaderContentType, problemType)
	// The length tells a client that is still sending when it has read everything.
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(body)+1))
	c.Response().WriteHeader(p.Status)
	// The only possible error is that the client is gone.
	_, _ = c.Response().Write(body)
	_, _ = io.WriteString(c.Response(), "\n")
}
