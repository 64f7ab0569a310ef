package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui/v5emb"
)

// mountDocs serves the contract and Swagger UI from embedded files; the page asks no other host, and its policy forbids it.
func mountDocs(e *echo.Echo, doc *openapi3.T) error {
	json, err := doc.MarshalJSON()
	if err != nil {
		return fmt.Errorf("openapi.yaml as JSON: %w", err)
	}
	ui := v5emb.New(doc.Info.Title, "/docs.json", "/docs")
	page := render(ui)
	policy := contentPolicy(page)
	safe := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set(echo.HeaderContentSecurityPolicy, policy)
			h.Set(echo.HeaderXContentTypeOptions, "nosniff")
			h.Set(echo.HeaderReferrerPolicy, "no-referrer")
			return next(c)
		}
	}
	html := func(c echo.Context) error { return c.HTMLBlob(http.StatusOK, page) }
	e.GET("/docs", html, safe)
	e.GET("/docs/", html, safe)
	e.GET("/docs/*", asset(ui), safe)
	e.GET("/docs.json", func(c echo.Context) error { return c.Blob(http.StatusOK, mimeJSON, json) }, safe)
	e.GET("/openapi.yaml", func(c echo.Context) error { return c.Blob(http.StatusOK, "application/yaml", specYAML) }, safe)
	return nil
}

// render makes the page once: it is the same for everybody.
func render(ui http.Handler) []byte {
	w := &pageWriter{header: http.Header{}}
	ui.ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/docs"}})
	return w.Bytes()
}

// pageWriter keeps what a handler writes.
type pageWriter struct {
	bytes.Buffer
	header http.Header
}

func (w *pageWriter) Header() http.Header { return w.header }

func (w *pageWriter) WriteHeader(int) {}

// asset serves the embedded files. What they do not have is a problem document like everywhere else.
func asset(ui http.Handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		w := &notFoundCatcher{ResponseWriter: c.Response()}
		ui.ServeHTTP(w, c.Request())
		if w.caught {
			c.Response().Header().Del(echo.HeaderContentType)
			return errRouteNotFound
		}
		return nil
	}
}

type notFoundCatcher struct {
	http.ResponseWriter
	caught bool
}

func (w *notFoundCatcher) WriteHeader(status int) {
	if w.caught = status == http.StatusNotFound; !w.caught {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *notFoundCatcher) Write(b []byte) (int, error) {
	if w.caught {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// contentPolicy lets the page run its own files and the two scripts that it has inline, which are named by their digests (Content
// Security Policy Level 3, section 2.3.1). Swagger UI sets styles from its code, so those are free.
func contentPolicy(page []byte) string {
	scripts := []string{"'self'"}
	for _, m := range inlineScript.FindAllSubmatch(page, -1) {
		digest := sha256.Sum256(m[1])
		scripts = append(scripts, "'sha256-"+base64.StdEncoding.EncodeToString(digest[:])+"'")
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src " + strings.Join(scripts, " "), "style-src 'self' 'unsafe-inline'", "img-src 'self' data:",
		"font-src 'self' data:", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	}, "; ")
}
