package httpapi

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

//go:embed board/*.html board/*.css board/*.js board/*.svg
//go:embed board/vendor/*.js board/vendor/directives/*.js board/vendor/LICENSE
var boardFiles embed.FS

// boardPage is the page among the files; the others are its assets.
const boardPage = "board/index.html"

// mountBoard serves the review board, a client of the API from embedded files. Its links are relative, as in
// mountDocs.
func mountBoard(routes readable) error {
	page, err := boardFiles.ReadFile(boardPage)
	if err != nil {
		return fmt.Errorf("read the board: %w", err)
	}
	at := func(base string) []byte { return bytes.ReplaceAll(page, []byte("{base}"), []byte(base)) }
	routes.GET("/board", kept(echo.MIMETextHTMLCharsetUTF8, at("board/")), guarded)
	routes.GET("/board/", kept(echo.MIMETextHTMLCharsetUTF8, at("")), guarded)
	routes.GET("/board/*", func(echo.Context) error { return errRouteNotFound }, guarded)
	return fs.WalkDir(boardFiles, "board", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == boardPage {
			return err
		}
		content, err := boardFiles.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read a file of the board: %w", err)
		}
		routes.GET("/"+name, kept(boardType(name), content), guarded)
		return nil
	})
}

// boardType does not ask the system, whose tables differ.
func boardType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return echo.MIMEApplicationJavaScriptCharsetUTF8
	case ".css":
		return mimeCSS
	case ".svg":
		return "image/svg+xml"
	}
	return mime.FormatMediaType("text/plain", map[string]string{"charset": "utf-8"})
}

// kept is file for what browsers keep and ask about each time, since names do not change with the content.
func kept(mediaType string, content []byte) echo.HandlerFunc {
	sum := sha256.Sum256(content)
	digest := hex.EncodeToString(sum[:12])
	serve := file(mediaType, content)
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set(echo.HeaderCacheControl, "no-cache")
		h.Set("ETag", `"`+digest+`"`)
		// A tag that comes back may be weakened or name a compression; the digest is enough.
		if strings.Contains(c.Request().Header.Get("If-None-Match"), digest) {
			return c.NoContent(http.StatusNotModified)
		}
		return serve(c)
	}
}
