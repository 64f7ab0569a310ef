package dialects

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"ticketd/tests/support/modelserver"
)

// StartCold starts the server with a model that it loads at the first call, which takes that long, and from
// the start again if the caller hangs up before.
//
// https://github.com/ollama/ollama/issues/8006,
// https://github.com/rsynnot/magic-lists-for-navidrome/issues/34
func (d Dialect) StartCold(tb testing.TB, load time.Duration) *modelserver.Server {
	tb.Helper()
	s := d.Start(tb)
	var loaded atomic.Bool
	s.Admit(func(r *http.Request) (modelserver.Request, *modelserver.Reply) {
		req, refused := d.read(r)
		if refused != nil || loaded.Load() {
			return req, refused
		}
		wait := time.NewTimer(load)
		defer wait.Stop()
		select {
		case <-wait.C:
			loaded.Store(true)
			return req, nil
		case <-r.Context().Done():
			return req, &modelserver.Reply{Cut: -1}
		}
	})
	return s
}
