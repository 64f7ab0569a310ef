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
	ui := echo.WrapHandler(v5emb.New(doc.Info.Title, "/docs.json", "/docs"))
	e.GET("/docs", ui)
	e.GET("/docs/*", ui)
	e.GET("/docs.json", func(c echo.Context) error { return c.Blob(http.StatusOK, mimeJSON, json) })
	e.GET("/openapi.yaml", func(c echo.Context) error { return c.Blob(http.StatusOK, "application/yaml", specYAML) })
	return nil
}
