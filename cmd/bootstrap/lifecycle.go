package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// intake takes new work, requests or events, until it is stopped.
type intake struct {
	run func() error
	// stop lets run end. It returns once what was taken has been answered, or an error when ctx ends before.
	stop func(ctx context.Context) error
}

// running is a process at work.
type running struct {
	name   string // for the log
	intake intake
	sweeps []func(context.Context)     // run beside the intake until their context ends
	drain  func(context.Context) error // waits for the classifications in flight
	ready  *readiness
	log    *slog.Logger
}

// until runs until ctx ends, then stops: it reports not ready and works on for delay, so that a load balancer
// sends no more; then, all within grace: no new work and no sweeps, what was taken is answered, the sweeps
// end, the classifications that outlive them end. What is left then is cut off.
func (r running) until(ctx context.Context, delay, grace time.Duration) error {
	sweeping, stopSweeps := context.WithCancel(ctx)
	defer stopSweeps()
	var sweeps sync.WaitGroup
	for _, sweep := range r.sweeps {
		sweeps.Go(func() { sweep(sweeping) })
	}
	ended := make(chan error, 1)
	go func() { ended <- r.intake.run() }()
	select {
	case err := <-ended:
		ended <- err
	case <-ctx.Done():
		r.ready.stopping.Store(true)
		r.log.InfoContext(ctx, r.name+" stopping",
			"delay_ms", delay.Milliseconds(), "timeout_ms", grace.Milliseconds())
		select {
		case err := <-ended:
			ended <- err
		case <-time.After(delay):
		}
	}
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := errors.Join(r.intake.stop(draining), unlessClosed(<-ended))
	stopSweeps()
	swept := make(chan struct{})
	go func() {
		sweeps.Wait()
		close(swept)
	}()
	// A sweep that just claimed tickets may begin to classify them: only then is known what is in flight.
	select {
	case <-swept:
	case <-draining.Done():
	}
	err = errors.Join(err, r.drain(draining))
	<-swept
	r.log.InfoContext(ctx, r.name+" stopped")
	return err
}

// unlessClosed drops the error of a server that was told to end.
func unlessClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// requests are the intake of a server.
func requests(server *http.Server, serve func() error) intake {
	return intake{run: serve, stop: func(ctx context.Context) error {
		if err := server.Shutdown(ctx); err != nil {
			late := fmt.Errorf("requests were still in flight when SHUTDOWN_TIMEOUT_MS ended: %w", err)
			return errors.Join(late, server.Close())
		}
		return nil
	}}
}

// events are the intake of a worker. What it took ends by itself: a claim of a row or a dead letter.
func events(ctx context.Context, run func(context.Context) error) intake {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	return intake{
		run: func() error { return run(ctx) },
		stop: func(context.Context) error {
			stop()
			return nil
		},
	}
}
