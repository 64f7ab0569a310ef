package httpapi

import (
	"fmt"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui/v5emb"
)

// mountDocs serves the contract and Swagger UI from embedded files; the page asks no other host.
func mountDocs(e *echo.Echo, doc *openapi3.T) error {
	json, err := doc.MarshalJSON()
	if err != nil {
		return fmt.Errorf("openapi.yaml as JSON: %w", err)
	}
	ui := files(v5emb.New(doc.Info.Title, "/docs.json", "/docs"))
	e.GET("/docs", ui)
	e.GET("/docs/*", ui)
	e.GET("/docs.json", func(c echo.Context) error { return c.Blob(http.StatusOK, mimeJSON, json) })
	e.GET("/openapi.yaml", func(c echo.Context) error { return c.Blob(http.StatusOK, "application/yaml", specYAML) })
	return nil
}

// files serves what h has; what it has not is an unknown route like any other.
func files(h http.Handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		w := &fileWriter{ResponseWriter: c.Response()}
		h.ServeHTTP(w, c.Request())
		if w.missing {
			return errRouteNotFound
		}
		return nil
	}
}

// fileWriter holds back the text with which http.FileServer and its like say 404.
type fileWriter struct {
	http.ResponseWriter
	missing bool
}

func (w *fileWriter) WriteHeader(status int) {
	if w.missing = status == http.StatusNotFound; !w.missing {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *fileWriter) Write(b []byte) (int, error) {
	if w.missing {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}
