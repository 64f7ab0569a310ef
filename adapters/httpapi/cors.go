package httpapi

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// What the Fetch standard wants a server to name (https://fetch.spec.whatwg.org/#http-cors-protocol).
const (
	corsTakes = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id," +
		" Last-Event-ID, traceparent"
	corsShows = "ETag, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, RateLimit-Policy," +
		" Retry-After, X-Request-Id"
	// corsKept is for how many seconds a browser need not ask again; Chromium takes no more.
	corsKept = "7200"
)

// everyOrigin allows every page.
const everyOrigin = "*"

// isPreflight reports whether a browser asks before it sends what the page wants.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get(echo.HeaderOrigin) != "" &&
		r.Header.Get(echo.HeaderAccessControlRequestMethod) != ""
}

// shareWith lets browsers show our answers, errors too, to pages of these origins. Keys come in
// Authorization, which a page has to know, so cookies and other credentials of the browser are never allowed.
// A preflight costs nothing and counts for no limit: it carries no key, and a browser sends one for each
// ticket.
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
			methods, known := c.Get(echo.ContextKeyHeaderAllow).(string) // of the path, as the router knows it
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
