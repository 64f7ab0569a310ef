package httpapi

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// The values that the Fetch standard asks a server to name
// (https://fetch.spec.whatwg.org/#http-cors-protocol).
const (
	corsTakes = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id," +
		" Last-Event-ID, traceparent"
	corsShows = "ETag, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, RateLimit-Policy," +
		" Retry-After, X-Request-Id"
	// corsKept is for how many seconds a browser may cache the answer; Chromium's maximum.
	corsKept = "7200"
)

// everyOrigin allows every page.
const everyOrigin = "*"

// isPreflight reports whether r is a browser's question before the actual request.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get(echo.HeaderOrigin) != "" &&
		r.Header.Get(echo.HeaderAccessControlRequestMethod) != ""
}

// shareWith lets browsers show our answers, including errors, to pages of these origins. Keys come in
// Authorization, which a page must know, so cookies and other credentials of the browser are never allowed. A
// preflight counts for no limit: it carries no key, and a browser sends one for each ticket.
func shareWith(origins []string) echo.MiddlewareFunc {
	every := slices.Contains(origins, everyOrigin)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if len(origins) == 0 {
			return next
		}
		return func(c echo.Context) error {
			r, h := c.Request(), c.Response().Header()
			origin := r.Header.Get(echo.HeaderOrigin)
			if every {
				h.Set(echo.HeaderAccessControlAllowOrigin, everyOrigin)
			} else {
				h.Add(echo.HeaderVary, echo.HeaderOrigin)
				if origin == "" || !slices.Contains(origins, origin) {
					return next(c)
				}
				h.Set(echo.HeaderAccessControlAllowOrigin, origin)
			}
			methods, known := c.Get(echo.ContextKeyHeaderAllow).(string) // of the path, by the router
			if !known || !isPreflight(r) {
				h.Set(echo.HeaderAccessControlExposeHeaders, corsShows)
				return next(c)
			}
			h.Set(echo.HeaderAllow, methods)
			h.Set(echo.HeaderAccessControlAllowMethods, methods)
			h.Set(echo.HeaderAccessControlAllowHeaders, corsTakes)
			h.Set(echo.HeaderAccessControlMaxAge, corsKept)
			return c.NoContent(http.StatusNoContent)
		}
	}
}
