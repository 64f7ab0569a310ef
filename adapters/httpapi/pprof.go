package httpapi

import (
	"net/http"
	"net/http/pprof"

	"github.com/labstack/echo/v4"
)

const profilesPath = "/debug/pprof/*"

// mountProfiles serves what `go tool pprof` reads, except the command line, which may hold secrets. The
// routes are for operators and no part of the contract.
func mountProfiles(routes readable) {
	named := map[string]http.HandlerFunc{"profile": pprof.Profile, "symbol": pprof.Symbol, "trace": pprof.Trace}
	routes.GET(profilesPath, func(c echo.Context) error {
		serve, found := named[c.Param("*")]
		if !found {
			serve = pprof.Index // also serves the profiles without a handler of their own
		}
		serve(c.Response(), c.Request())
		return nil
	})
}
