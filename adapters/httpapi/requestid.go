package httpapi

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// maxID is the maximum length of X-Request-Id in characters.
const maxID = 128

func isWellFormedID(s string) bool {
	return s != "" && len(s) <= maxID && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '_' &&
			r != '-'
	})
}

type requestIDKey struct{}

// withRequestID uses the client's X-Request-Id if it is well-formed, else makes one, and returns the id in
// every answer.
func withRequestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !isWellFormedID(id) {
			id = rand.Text()
		}
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), requestIDKey{}, id)))
		return next(c)
	}
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// RequestID returns the id of the request that ctx belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// LogRequestIDs adds the request_id to each line that is logged within a request, by any package.
func LogRequestIDs(h slog.Handler) slog.Handler { return requestIDs{h} }

type requestIDs struct{ slog.Handler }

func (h requestIDs) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h requestIDs) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestIDs{h.Handler.WithAttrs(attrs)}
}

func (h requestIDs) WithGroup(name string) slog.Handler { return requestIDs{h.Handler.WithGroup(name)} }

// logRequests writes one line per request: never a query, a body or an address.
func logRequests(log *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			begin := time.Now()
			if err := next(c); err != nil {
				c.Error(err)
			}
			level := slog.LevelInfo
			if isProbe(c) {
				level = slog.LevelDebug
			}
			attrs := []slog.Attr{
				slog.String("method", knownMethod(c.Request().Method)), slog.String("route", route(c)),
				slog.Int("status", recordedStatus(c)),
				slog.Float64("duration_ms", float64(time.Since(begin).Microseconds())/1000),
				slog.Int64("bytes", sentBytes(c)),
			}
			if name := keyName(c); name != "" {
				attrs = append(attrs, slog.String("key", name))
			}
			log.LogAttrs(c.Request().Context(), level, "request", attrs...)
			return nil
		}
	}
}

// sentBytes returns the length of the answer's body before compression.
func sentBytes(c echo.Context) int64 {
	if c.Request().Method == http.MethodHead {
		return 0
	}
	return c.Response().Size
}

// route returns the template of the matched route, so that ids and made-up paths stay out of logs and labels.
func route(c echo.Context) string {
	if p := c.Path(); p != "" && c.Response().Status != http.StatusMethodNotAllowed {
		return p
	}
	return "unmatched"
}

func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions:
		return m
	}
	return "other"
}

// isProbe reports whether a machine asks for our health: such requests are free and not worth a line.
func isProbe(c echo.Context) bool {
	switch c.Path() {
	case "/healthz", "/readyz", "/metrics":
		return true
	}
	return false
}
