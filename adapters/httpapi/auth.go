package httpapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"ticketd/domain"
)

// Key is one API key. Logs show the name, never the key.
type Key struct {
	Name   string
	secret [sha256.Size]byte
}

// NewKey returns a key that holds only its digest.
func NewKey(name, key string) Key { return Key{name, sha256.Sum256([]byte(key))} }

var (
	errNoKey = &domain.Error{
		Kind: domain.KindUnauthenticated, Code: "key_missing",
		Message: "this route needs a key: send Authorization: Bearer KEY",
	}
	errWrongKey = &domain.Error{
		Kind: domain.KindUnauthenticated, Code: "key_wrong", Message: "the key is not one of this server's",
	}
)

type keyNameKey struct{}

// KeyName returns the name of the API key used by the request that ctx belongs to, or "".
func KeyName(ctx context.Context) string {
	name, _ := ctx.Value(keyNameKey{}).(string)
	return name
}

func keyName(c echo.Context) string { return KeyName(c.Request().Context()) }

// identify notes whose key a request has. It refuses nothing: the rate limit counts wrong keys first.
func identify(keys []Key) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if sent, ok := bearer(c.Request()); ok {
				c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), keyNameKey{},
					match(keys, sent))))
			}
			return next(c)
		}
	}
}

// match compares sent with every key, in constant time, so that timing reveals nothing. It returns the key's
// name or "".
func match(keys []Key, sent string) string {
	digest := sha256.Sum256([]byte(sent))
	name := ""
	for _, k := range keys {
		if subtle.ConstantTimeCompare(digest[:], k.secret[:]) == 1 {
			name = k.Name
		}
	}
	return name
}

// bearer returns the credentials of RFC 6750, section 2.1.
func bearer(r *http.Request) (string, bool) {
	scheme, key, found := strings.Cut(r.Header.Get(echo.HeaderAuthorization), " ")
	key = strings.TrimSpace(key)
	return key, found && strings.EqualFold(scheme, "Bearer") && key != ""
}

// requireKey refuses requests without a known key, except for health, metrics, the documentation and OPTIONS,
// to which browsers add no key. If there are no keys, it refuses nothing.
func requireKey(keys []Key, metricsPublic bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if len(keys) == 0 || keyName(c) != "" || isPublic(c, metricsPublic) {
				return next(c)
			}
			h := c.Response().Header()
			if _, sent := bearer(c.Request()); sent {
				h.Set(echo.HeaderWWWAuthenticate, `Bearer realm="ticketd", error="invalid_token"`)
				return errWrongKey
			}
			h.Set(echo.HeaderWWWAuthenticate, `Bearer realm="ticketd"`)
			return errNoKey
		}
	}
}

func isPublic(c echo.Context, metricsPublic bool) bool {
	if c.Request().Method == http.MethodOptions {
		return true
	}
	if c.Path() == "/metrics" {
		return metricsPublic
	}
	return isProbe(c) || isDocumentation(c)
}
