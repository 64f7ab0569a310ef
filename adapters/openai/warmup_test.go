package openai_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
	"ticketd/domain"
)

func TestASlowServerIsWoken(t *testing.T) {
	t.Parallel()
	var loaded atomic.Bool
	var probes atomic.Int32
	f := &fake{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loaded.Load() {
			probes.Add(1)
			select { // it begins anew when the caller hangs up
			case <-r.Context().Done():
				return
			case <-time.After(700 * time.Millisecond):
				loaded.Store(true)
			}
		}
		_, _ = w.Write([]byte(content(right)))
	}))
	t.Cleanup(f.Close)
	c := f.classifier(t, func(o *openai.Options) { o.Warmup = 30 * time.Second })
	ask := func() error {
		ctx, cancel := contextWithin(t, 100*time.Millisecond)
		defer cancel()
		_, err := c.Classify(ctx, newText(t, title, description))
		return err
	}
	require.ErrorIs(t, ask(), domain.ErrClassifierTimeout)
	require.Eventually(t, func() bool { return ask() == nil }, time.Minute, 20*time.Millisecond)
	require.NoError(t, c.Probe(t.Context()))
}

func TestWakeUpCallsPauseAndAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &inMemory{answered: 40 * time.Second}
		var probes, tokens atomic.Int64
		c, err := openai.New(openai.Options{
			BaseURL: "http://model.test/v1", Model: "m", Transport: s, Warmup: time.Minute,
			Probed: func(in, out int) { probes.Add(1); tokens.Add(int64(in + out)) },
		})
		require.NoError(t, err)
		defer c.Close()
		for range 100 { // each fails after a second
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := c.Classify(ctx, newText(t, title, description))
			require.Error(t, err)
			cancel()
		}
		require.EqualValues(t, 2, probes.Load(), "one began after 1 s, the other 15 s after its end")
		require.EqualValues(t, 2*(7+9), tokens.Load())
		require.EqualValues(t, 100+2, s.calls.Load())
	})
}
