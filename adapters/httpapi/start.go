package httpapi

import (
	"bytes"
	"fmt"
	"mime"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// startLinks are relative, so that they work below any path.
const startLinks = `{"name":"ticketd","links":{"tickets":"tickets","users":"users","stats":"stats",` +
	`"events":"events","webhooks":"webhooks",{board}` +
	`"docs":"docs","contract":"openapi.yaml","health":"healthz","readiness":"readyz"}}` + "\n"

const startBoard = `<li><a href="board">Board</a>: review tickets, find them, and see how good the ` +
	`verdicts are</li>`

// mountStart answers who asks for the bare address: people with a page, programs with links.
func mountStart(routes readable, board bool) error {
	page, err := pages.ReadFile("pages/start.html")
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	item, link := "", ""
	if board {
		item, link = startBoard, `"board":"board",`
	}
	forPeople := file(echo.MIMETextHTMLCharsetUTF8, bytes.ReplaceAll(page, []byte("{board}"), []byte(item)))
	forPrograms := file(mimeJSON, []byte(strings.ReplaceAll(startLinks, "{board}", link)))
	routes.GET("/", func(c echo.Context) error {
		c.Response().Header().Add(echo.HeaderVary, echo.HeaderAccept)
		if prefersPage(c.Request().Header.Values(echo.HeaderAccept)) {
			return forPeople(c)
		}
		return forPrograms(c)
	}, guarded)
	return nil
}

// prefersPage reports whether HTML is named and JSON is not wanted more (RFC 9110, section 12.5.1). A program
// that takes anything gets JSON.
func prefersPage(accept []string) bool {
	weight := map[string]float64{}
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		mediaType, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weight[mediaType] = 1
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			weight[mediaType] = q
		}
	}
	html := weight["text/html"]
	return html > 0 && html >= weight[mimeJSON]
}
