package httpapi

import (
	"net/http"
	"net/http/pprof"

	"github.com/labstack/echo/v4"
)

const profilesPath = "/debug/pprof/*"

// mountProfiles serves what `go tool pprof` reads, without the command line, which may have secrets. It is for those who run the process and
// no part of the contract.
func mountProfiles(routes readable) {
	named := map[string]http.HandlerFunc{"profile": pprof.Profile, "symbol": pprof.Symbol, "trace": pprof.Trace}
	routes.GET(profilesPath, func(c echo.Context) error {
		serve, found := named[c.Param("*")]
		if !found {
			serve = pprof.Index // which also serves the profiles that have no handler of their own
		}
		serve(c.Response(), c.Request())
		return nil
	})
}
