package openai_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
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
		_, _ = w.Write([]byte(saying(right)))
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
