package bootstrap

import (
	"context"
	"net/http"
	"sync/atomic"

	"ticketd/domain"
)

// readiness says no once the process is stopping.
type readiness struct{ stopping atomic.Bool }

var errStopping = &domain.Error{
	Kind: domain.KindUnavailable, Code: "stopping", Message: "the process is stopping",
}

// Ping returns an error once the process is stopping.
func (r *readiness) Ping(context.Context) error {
	if r.stopping.Load() {
		return errStopping
	}
	return nil
}

// closing ends a connection with the first answer on it that begins after the stop did: its client finds
// another process.
func closing(h http.Handler, ready *readiness) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(lastAnswer{w, ready}, r)
	})
}

type lastAnswer struct {
	http.ResponseWriter
	ready *readiness
}

// WriteHeader is called before the first byte of every answer of ours.
func (w lastAnswer) WriteHeader(status int) {
	if w.ready.stopping.Load() {
		w.Header().Set("Connection", "close")
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController through.
func (w lastAnswer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
