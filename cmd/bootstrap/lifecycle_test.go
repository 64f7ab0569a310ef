package bootstrap_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/cmd/bootstrap"
)

func TestAStop(t *testing.T) {
	t.Parallel()
	// intake takes work until it is stopped.
	intake := func() (run func() error, stop func(context.Context) error) {
		stopped := make(chan struct{})
		run = func() error {
			<-stopped
			return http.ErrServerClosed
		}
		return run, func(context.Context) error {
			close(stopped)
			return nil
		}
	}
	t.Run("drains after the intake and the sweeps have ended, so that nothing begins late", func(t *testing.T) {
		t.Parallel()
		ctx, signal := context.WithCancel(t.Context())
		order := make(chan string, 3)
		run, stop := intake()
		sweep := func(ctx context.Context) {
			signal()
			<-ctx.Done()
			time.Sleep(50 * time.Millisecond) // it has claimed tickets and begins to classify them
			order <- "sweep ended"
		}
		drain := func(context.Context) error {
			order <- "drained"
			return nil
		}
		stopIntake := func(ctx context.Context) error {
			order <- "intake stopped"
			return stop(ctx)
		}
		require.NoError(t, bootstrap.RunUntil(ctx, run, stopIntake, sweep, drain, time.Minute))
		require.Equal(t, []string{"intake stopped", "sweep ended", "drained"}, []string{<-order, <-order, <-order})
	})
	t.Run("cuts the sweeps off when the grace time is over", func(t *testing.T) {
		t.Parallel()
		ctx, signal := context.WithCancel(t.Context())
		killed := make(chan struct{})
		run, stop := intake()
		sweep := func(context.Context) {
			signal()
			<-killed
		}
		drain := func(ctx context.Context) error {
			<-ctx.Done()
			close(killed)
			return ctx.Err()
		}
		err := bootstrap.RunUntil(ctx, run, stop, sweep, drain, 100*time.Millisecond)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
	t.Run("follows the end of an intake that nobody stopped, with its error once", func(t *testing.T) {
		t.Parallel()
		broken := errors.New("broken")
		run := func() error { return broken }
		stop := func(context.Context) error { return nil }
		drained := false
		drain := func(context.Context) error {
			drained = true
			return nil
		}
		sweep := func(ctx context.Context) { <-ctx.Done() }
		require.EqualError(t, bootstrap.RunUntil(t.Context(), run, stop, sweep, drain, time.Minute), "broken")
		require.True(t, drained)
	})
	t.Run("of an intake that does not end in time is an error, and the rest still ends", func(t *testing.T) {
		t.Parallel()
		ctx, signal := context.WithCancel(t.Context())
		run, stop := intake()
		late := errors.New("late")
		stopLate := func(ctx context.Context) error {
			<-ctx.Done()
			return errors.Join(late, stop(ctx))
		}
		drain := func(ctx context.Context) error { return ctx.Err() }
		sweep := func(ctx context.Context) {
			signal()
			<-ctx.Done()
		}
		err := bootstrap.RunUntil(ctx, run, stopLate, sweep, drain, 20*time.Millisecond)
		require.ErrorIs(t, err, late)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
