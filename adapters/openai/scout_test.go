package openai_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
)

// inMemory is a server without a network, so that its time is that of a synctest bubble.
type inMemory struct {
	rejects  []string      // parameters, in the order in which it looks
	rejected time.Duration // until it rejects a call
	answered time.Duration // until it answers one
	calls    atomic.Int64
}

func (s *inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	s.calls.Add(1)
	var sent map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
		return nil, err
	}
	status, body, wait := http.StatusOK, content(right), s.answered
	for _, name := range s.rejects {
		if sent[name] != nil {
			status, wait = http.StatusBadRequest, s.rejected
			body = `{"error":{"message":"` + name + ` is not supported","param":"` + name + `"}}`
			break
		}
	}
	select {
	case <-time.After(wait):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// atOnce makes n first calls at the same time and returns how long the slowest took.
func atOnce(t *testing.T, s *inMemory, n int) time.Duration {
	t.Helper()
	c, err := openai.New(openai.Options{BaseURL: "http://model.test/v1", Model: "m", Transport: s})
	require.NoError(t, err)
	defer c.Close()
	begin := time.Now()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			_, err := c.Classify(t.Context(), newText(t, fmt.Sprint("Ticket ", i), description))
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	return time.Since(begin)
}

func TestCallsAtOnceLearnTogether(t *testing.T) {
	t.Parallel()
	three := []string{"logprobs", "temperature", "max_completion_tokens"}
	t.Run("the first finds out what the server rejects, the others wait for it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &inMemory{rejects: three, rejected: 50 * time.Millisecond, answered: 200 * time.Millisecond}
			took := atOnce(t, s, 50)
			require.EqualValues(t, 50+3, s.calls.Load())
			require.LessOrEqual(t, took, time.Second)
		})
	})
	t.Run("where the first rejection takes long, the others are rejected once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &inMemory{rejects: three, rejected: 300 * time.Millisecond, answered: time.Second}
			atOnce(t, s, 50)
			require.EqualValues(t, 50+50+2, s.calls.Load())
		})
	})
	t.Run("a slow answer holds nobody up", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &inMemory{answered: 20 * time.Second}
			took := atOnce(t, s, 50)
			require.EqualValues(t, 50, s.calls.Load())
			require.LessOrEqual(t, took, 20*time.Second+time.Second/2)
		})
	})
	t.Run("a call that is given up does not wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &inMemory{answered: time.Hour}
			c, err := openai.New(openai.Options{BaseURL: "http://model.test/v1", Model: "m", Transport: s})
			require.NoError(t, err)
			defer c.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			var all sync.WaitGroup
			for range 2 {
				all.Go(func() { _, _ = c.Classify(ctx, newText(t, title, description)) })
			}
			begin := time.Now()
			all.Wait()
			require.Equal(t, 100*time.Millisecond, time.Since(begin))
		})
	})
}
