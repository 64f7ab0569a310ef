package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"ticketd/domain"
)

// running is a server and what runs beside it.
type running struct {
	server   *http.Server
	listener net.Listener
	ready    *readiness
	beside   []func(context.Context)
	drain    func(context.Context) error
	log      *slog.Logger
}

// until serves until ctx ends and stops in order. For the time of delay it says that it is not ready and serves on, so that a load
// balancer sends no more. Then, all within one grace time: no new requests and no sweeps, those in flight finish, the sweeps end, then
// the classifications that outlive them. What is left then is cut off.
func (r running) until(ctx context.Context, delay, grace time.Duration) error {
	beside, stop := context.WithCancel(ctx)
	defer stop()
	var background sync.WaitGroup
	for _, run := range r.beside {
		background.Go(func() { run(beside) })
	}
	served := make(chan error, 1)
	go func() { served <- r.server.Serve(r.listener) }()
	var err error
	select {
	case err = <-served:
		stop()
	case <-ctx.Done():
		r.log.InfoContext(ctx, "Server stopping", "delay_ms", delay.Milliseconds(), "timeout_ms", grace.Milliseconds())
		r.ready.stopping.Store(true)
		select {
		case err = <-served:
		case <-time.After(delay):
		}
	}
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if late := r.server.Shutdown(draining); late != nil {
		err = errors.Join(err, fmt.Errorf("requests were still in flight when SHUTDOWN_TIMEOUT_MS ended: %w", late), r.server.Close())
	}
	stop()
	ended := make(chan struct{})
	go func() {
		background.Wait()
		close(ended)
	}()
	select { // a sweep that has just claimed tickets may begin to classify them: only then is it known what is in flight
	case <-ended:
	case <-draining.Done():
	}
	err = errors.Join(err, r.drain(draining))
	<-ended
	r.log.InfoContext(ctx, "Server stopped")
	return err
}

// readiness says no once the process is stopping.
type readiness struct{ stopping atomic.Bool }

var errStopping = &domain.Error{Kind: domain.KindUnavailable, Code: "stopping", Message: "the process is stopping"}

// Ping is an error once the process is stopping.
func (r *readiness) Ping(context.Context) error {
	if r.stopping.Load() {
		return errStopping
	}
	return nil
}

// closing ends a connection with the first answer on it that begins after the stop did: its client finds another process.
func closing(h http.Handler, ready *readiness) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(lastAnswer{w, ready}, r) })
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
