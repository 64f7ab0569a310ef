package load_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/bench/load"
)

func TestPercentile(t *testing.T) {
	t.Parallel()
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(i+1))
	}
	for name, c := range map[string]struct {
		values []time.Duration
		p      float64
		want   time.Duration
	}{
		"the middle of a hundred is the fiftieth":   {hundred, 0.5, 50},
		"95 of a hundred do not exceed the 95th":    {hundred, 0.95, 95},
		"99 of a hundred do not exceed the 99th":    {hundred, 0.99, 99},
		"all do not exceed the last":                {hundred, 1, 100},
		"none is the first":                         {hundred, 0, 1},
		"99 % of two are both":                      {hundred[:2], 0.99, 2},
		"half of three are the lower two":           {hundred[:3], 0.5, 2},
		"a single value is each of its percentiles": {hundred[:1], 0.01, 1},
		"without values it is nothing":              {nil, 0.5, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, load.Percentile(c.values, c.p))
		})
	}
}

// echo wants each request's number back.
type echo struct {
	size  int // of the answer
	asked int
}

func (s *echo) Next(buf []byte) []byte {
	s.asked++
	return fmt.Appendf(buf, "GET /%d HTTP/1.1\r\nHost: test\r\n\r\n", s.asked)
}

func (s *echo) Check(status int, body []byte) error {
	if want := fmt.Sprintf("/%d", s.asked) + strings.Repeat("x", s.size); status != 200 || string(body) != want {
		return fmt.Errorf("status %d: %.100q", status, body)
	}
	return nil
}

func answering(size int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.Path+strings.Repeat("x", size))
	}
}

func TestRun(t *testing.T) {
	t.Parallel()

	for name, size := range map[string]int{
		"short answers with a length": 10, "long answers in chunks": 100_000,
	} {
		t.Run("all clients get "+name, func(t *testing.T) {
			t.Parallel()
			var marks int
			r, err := run(t, answering(size), func() error {
				marks++
				return nil
			}, &echo{size: size}, &echo{size: size})
			require.NoError(t, err)
			require.NoError(t, r.FirstWrong)
			require.Zero(t, r.Wrong)
			require.Equal(t, 2, marks)
			require.Positive(t, r.Requests)
			require.Len(t, r.Latencies, r.Requests)
			require.IsNonDecreasing(t, r.Latencies)
			require.GreaterOrEqual(t, r.Window, timing.Window)
		})
	}

	t.Run("what comes in the warm-up is not measured", func(t *testing.T) {
		t.Parallel()
		var served, before atomic.Int64
		warm := make(chan struct{})
		handler := func(w http.ResponseWriter, r *http.Request) {
			if served.Add(1) == 100 {
				close(warm)
			}
			answering(0)(w, r)
		}
		mark := func() error {
			<-warm
			before.CompareAndSwap(0, served.Load())
			return nil
		}
		r, err := run(t, handler, mark, &echo{})
		require.NoError(t, err)
		require.LessOrEqual(t, int64(r.Requests), served.Load()-before.Load()+1)
	})

	t.Run("each wrong answer counts", func(t *testing.T) {
		t.Parallel()
		var served atomic.Int64
		r, err := run(t, func(w http.ResponseWriter, r *http.Request) {
			if served.Add(1) <= 3 {
				w.WriteHeader(http.StatusTeapot)
			}
			answering(0)(w, r)
		}, noMark, &echo{})
		require.NoError(t, err)
		require.Equal(t, 3, r.Wrong)
		require.ErrorContains(t, r.FirstWrong, "status 418")
	})

	t.Run("a connection that breaks counts and is replaced", func(t *testing.T) {
		t.Parallel()
		var served atomic.Int64
		r, err := run(t, func(w http.ResponseWriter, r *http.Request) {
			if served.Add(1) == 2 {
				panic(http.ErrAbortHandler)
			}
			answering(0)(w, r)
		}, noMark, &echo{})
		require.NoError(t, err)
		require.Equal(t, 1, r.Wrong)
		require.Positive(t, r.Requests)
	})

	t.Run("a connection that the server says it closes is no fault", func(t *testing.T) {
		t.Parallel()
		r, err := run(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Connection", "close")
			answering(0)(w, r)
		}, noMark, &echo{})
		require.NoError(t, err)
		require.Zero(t, r.Wrong, r.FirstWrong)
		require.Greater(t, r.Requests, 1)
	})

	t.Run("nobody there is an error", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, l.Close())
		_, err = load.Run(t.Context(), l.Addr().String(), []load.Stream{&echo{}}, timing, noMark)
		require.ErrorContains(t, err, "reach the server")
	})

	t.Run("an interrupt ends it while answers are awaited", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		}))
		defer s.Close()
		_, err := load.Run(ctx, s.Listener.Addr().String(), []load.Stream{&echo{}}, load.Timing{Window: time.Hour},
			noMark)
		require.ErrorIs(t, err, context.Canceled)
	})

	t.Run("a reading that fails is an error", func(t *testing.T) {
		t.Parallel()
		broken := errors.New("broken")
		_, err := run(t, answering(0), func() error { return broken }, &echo{})
		require.ErrorIs(t, err, broken)
	})
}

func TestAnswersThatAreNoHTTP(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"another protocol":        "SSH-2.0-OpenSSH_9.2\r\n",
		"a status in words":       "HTTP/1.1 two\r\n\r\n",
		"a negative length":       "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"a chunk without a size":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
		"a chunk without its end": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			go func() {
				c, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = bufio.NewReader(c).ReadString('\n')
				_, _ = io.WriteString(c, answer)
				_ = c.Close()
			}()
			defer l.Close()
			require.ErrorContains(t, load.Send(t.Context(), l.Addr().String(), []load.Stream{&echo{}}, 1),
				"not an answer of HTTP/1.1")
		})
	}
}

func TestSend(t *testing.T) {
	t.Parallel()

	t.Run("each stream sends so many requests", func(t *testing.T) {
		t.Parallel()
		s := httptest.NewServer(answering(0))
		defer s.Close()
		streams := []*echo{{}, {}}
		require.NoError(t, load.Send(t.Context(), s.Listener.Addr().String(), []load.Stream{streams[0], streams[1]},
			7))
		require.Equal(t, 7, streams[0].asked)
		require.Equal(t, 7, streams[1].asked)
	})

	t.Run("a wrong answer is an error", func(t *testing.T) {
		t.Parallel()
		s := httptest.NewServer(http.NotFoundHandler())
		defer s.Close()
		require.ErrorContains(t, load.Send(t.Context(), s.Listener.Addr().String(), []load.Stream{&echo{}}, 7),
			"status 404")
	})
}

// timing leaves room for some requests on a machine that is busy with other tests.
var timing = load.Timing{WarmUp: 20 * time.Millisecond, Window: time.Second}

func noMark() error { return nil }

func run(t *testing.T, handler http.HandlerFunc, mark func() error,
	streams ...load.Stream) (load.Result, error) {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return load.Run(t.Context(), s.Listener.Addr().String(), streams, timing, mark)
}
