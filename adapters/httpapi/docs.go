package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
)

// mountDocs serves the contract and Swagger UI from embedded files. The page's policy forbids requests to
// other hosts, and all links are relative, so that the page works below any path.
func mountDocs(routes readable, doc *openapi3.T) error {
	json, err := doc.MarshalJSON()
	if err != nil {
		return fmt.Errorf("openapi.yaml as JSON: %w", err)
	}
	ui := swaggerUI(doc, "docs")
	page, below := render(ui), render(swaggerUI(doc, "."))
	safe := guarded(contentPolicy(page))
	routes.GET("/docs", file(echo.MIMETextHTMLCharsetUTF8, page), safe)
	routes.GET("/docs/", file(echo.MIMETextHTMLCharsetUTF8, below), guarded(contentPolicy(below)))
	routes.GET("/docs/*", asset(ui), safe)
	routes.GET("/docs.json", file(mimeJSON, json), safe)
	routes.GET("/openapi.yaml", file("application/yaml", specYAML), safe)
	return nil
}

// swaggerUI serves the page, which finds its files below base, and the contract relative to "/docs/", with or
// without the last slash.
func swaggerUI(doc *openapi3.T, base string) http.Handler {
	return v5emb.NewHandlerWithConfig(swgui.Config{
		Title: doc.Info.Title, SwaggerJSON: "../docs.json", BasePath: base, InternalBasePath: "/docs",
	})
}

func guarded(policy string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set(echo.HeaderContentSecurityPolicy, policy)
			h.Set(echo.HeaderXContentTypeOptions, "nosniff")
			h.Set(echo.HeaderReferrerPolicy, "no-referrer")
			return next(c)
		}
	}
}

func file(mediaType string, content []byte) echo.HandlerFunc {
	length := strconv.Itoa(len(content))
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderContentLength, length)
		return c.Blob(http.StatusOK, mediaType, content)
	}
}

// render renders the page once: everybody gets the same.
func render(ui http.Handler) []byte {
	w := &pageWriter{header: http.Header{}}
	ui.ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/docs"}})
	return w.Bytes()
}

// pageWriter stores what a handler writes.
type pageWriter struct {
	bytes.Buffer
	header http.Header
}

func (w *pageWriter) Header() http.Header { return w.header }

func (w *pageWriter) WriteHeader(int) {}

// asset serves the embedded files. A missing file is a problem document, as everywhere else.
func asset(ui http.Handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		w := &notFoundCatcher{ResponseWriter: c.Response()}
		ui.ServeHTTP(w, plainGet(c.Request()))
		if w.caught {
			c.Response().Header().Del(echo.HeaderContentType)
			return errRouteNotFound
		}
		return nil
	}
}

var refusesGzip = regexp.MustCompile(`(?i)gzip\s*;\s*q=0(\.0*)?\s*(,|$)`)

// plainGet returns r for a server that stores its files in gzip, sends no length for HEAD and looks for the
// bare word gzip in Accept-Encoding.
func plainGet(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Method = http.MethodGet
	if refusesGzip.MatchString(r.Header.Get(echo.HeaderAcceptEncoding)) {
		r.Header.Del(echo.HeaderAcceptEncoding)
	}
	return r
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

// contentPolicy lets the page run its own files and its two inline scripts, named by their digests (Content
// Security Policy Level 3, section 2.3.1). Styles are free, since Swagger UI sets them from code.
func contentPolicy(page []byte) string {
	scripts := []string{"'self'"}
	for _, m := range inlineScript.FindAllSubmatch(page, -1) {
		digest := sha256.Sum256(m[1])
		scripts = append(scripts, "'sha256-"+base64.StdEncoding.EncodeToString(digest[:])+"'")
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src " + strings.Join(scripts, " "), "style-src 'self' 'unsafe-inline'",
		"img-src 'self' data:", "font-src 'self' data:", "connect-src 'self'", "base-uri 'none'",
		"form-action 'none'", "frame-ancestors 'none'",
	}, "; ")
}
