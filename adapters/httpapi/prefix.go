package httpapi

import (
	"path"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"
)

// pathPrefix is the grammar of X-Forwarded-Prefix: segments of unreserved characters and of escaped ones
// above ASCII (RFC 3986), so that no value adds another host, a way up or another header to a Location.
var pathPrefix = regexp.MustCompile(`^(/([A-Za-z0-9._~-]|%[89A-Fa-f][0-9A-Fa-f])+)+$`)

// maxPrefix is the maximum length of X-Forwarded-Prefix in characters.
const maxPrefix = 256

// prefixLocations prepends to each Location the path below which a trusted proxy serves us. Traefik's
// StripPrefix sends the header by default (https://doc.traefik.io/traefik/middlewares/http/stripprefix/),
// other proxies if told to.
func prefixLocations(trusted proxies) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if len(trusted) == 0 {
			return next
		}
		return func(c echo.Context) error {
			prefix := prefixFrom(c.Request().Header["X-Forwarded-Prefix"])
			if prefix == "" || !trusted.trust(peerOf(c.Request())) {
				return next(c)
			}
			c.Response().Before(func() {
				h := c.Response().Header()
				if to := h.Get(echo.HeaderLocation); strings.HasPrefix(to, "/") {
					h.Set(echo.HeaderLocation, prefix+to)
				}
			})
			return next(c)
		}
	}
}

// prefixFrom returns the prefix, or "" if the header is no path or leads elsewhere.
func prefixFrom(sent []string) string {
	if len(sent) != 1 || len(sent[0]) > maxPrefix {
		return ""
	}
	prefix := strings.TrimSuffix(sent[0], "/")
	if !pathPrefix.MatchString(prefix) || path.Clean(prefix) != prefix {
		return ""
	}
	return prefix
}
