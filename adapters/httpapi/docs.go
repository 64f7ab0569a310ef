package httpapi

import (
	"bytes"
	"embed"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui/v5emb"
)

//go:embed pages
var pages embed.FS

// mountDocs serves the contract, and Swagger UI from embedded files. The page's policy forbids requests to
// other hosts, and all links are relative, so that the page works below any path.
func mountDocs(routes readable, keyed, metricsPublic bool) error {
	contract, err := contractJSON()
	if err != nil {
		return err
	}
	shown, err := pageContract(keyed, metricsPublic)
	if err != nil {
		return err
	}
	page, err := pages.ReadFile("pages/docs.html")
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	at := func(base string) []byte { return bytes.ReplaceAll(page, []byte("{base}"), []byte(base)) }
	routes.GET("/docs", file(echo.MIMETextHTMLCharsetUTF8, at("docs/")), guarded)
	routes.GET("/docs/", file(echo.MIMETextHTMLCharsetUTF8, at("")), guarded)
	routes.GET("/docs/contract.json", file(mimeJSON, shown), guarded)
	routes.GET("/docs.json", file(mimeJSON, contract), guarded)
	routes.GET("/openapi.yaml", file("application/yaml", specYAML), guarded)
	routes.GET("/docs/*", asset(v5emb.New("", "", "/docs")), guarded)
	for name, mediaType := range map[string]string{
		"docs.js": echo.MIMEApplicationJavaScriptCharsetUTF8, "docs.css": mimeCSS, "start.css": mimeCSS,
	} {
		content, err := pages.ReadFile("pages/" + name)
		if err != nil {
			return fmt.Errorf("read a file of the pages: %w", err)
		}
		routes.GET("/docs/"+name, file(mediaType, content), guarded)
	}
	return nil
}

const mimeCSS = "text/css; charset=utf-8"

// isDocumentation reports whether a request is for a page or what explains the API, which everybody may read.
func isDocumentation(c echo.Context) bool {
	switch c.Path() {
	case "/", "/docs", "/docs.json", "/openapi.yaml", "/board":
		return true
	}
	return strings.HasPrefix(c.Path(), "/docs/") || strings.HasPrefix(c.Path(), "/board/")
}

// pagePolicy lets a page use our own files and nothing else (Content Security Policy Level 3).
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func guarded(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set(echo.HeaderContentSecurityPolicy, pagePolicy)
		h.Set(echo.HeaderXContentTypeOptions, "nosniff")
		h.Set(echo.HeaderReferrerPolicy, "no-referrer")
		return next(c)
	}
}

func file(mediaType string, content []byte) echo.HandlerFunc {
	length := strconv.Itoa(len(content))
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderContentLength, length)
		return c.Blob(http.StatusOK, mediaType, content)
	}
}

// asset serves the embedded files. A missing file is a problem document, as everywhere else.
func asset(files http.Handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		w := &notFoundCatcher{ResponseWriter: c.Response()}
		files.ServeHTTP(w, plainGet(c.Request()))
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
