package bootstrap_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/cmd/bootstrap"
)

func TestAStopDrainsAfterTheSweepsHaveEnded(t *testing.T) {
	t.Parallel()
	listen := func() net.Listener {
		var config net.ListenConfig
		l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		return l
	}
	t.Run("so that nothing begins behind its back", func(t *testing.T) {
		t.Parallel()
		ctx, stop := context.WithCancel(t.Context())
		var order []string
		sweep := func(ctx context.Context) {
			stop()
			<-ctx.Done()
			time.Sleep(50 * time.Millisecond) // it has claimed tickets and begins to classify them
			order = append(order, "sweep ended")
		}
		drain := func(context.Context) error {
			order = append(order, "drained")
			return nil
		}
		err := bootstrap.RunUntil(ctx, http.NotFoundHandler(), listen(), sweep, drain, time.Minute, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		require.Equal(t, []string{"sweep ended", "drained"}, order)
	})
	t.Run("or when the grace time is over, which cuts them off", func(t *testing.T) {
		t.Parallel()
		ctx, stop := context.WithCancel(t.Context())
		killed := make(chan struct{})
		sweep := func(context.Context) {
			stop()
			<-killed
		}
		drain := func(ctx context.Context) error {
			<-ctx.Done()
			close(killed)
			return ctx.Err()
		}
		err := bootstrap.RunUntil(ctx, http.NotFoundHandler(), listen(), sweep, drain, 100*time.Millisecond, slog.New(slog.DiscardHandler))
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
