package redisstream_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/tests/support/testenv"
)

// lines keeps what is logged, for several writers and readers.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// watched runs do beside the test, with a log.
func watched(t *testing.T, do func(context.Context, *slog.Logger)) *lines {
	t.Helper()
	log := &lines{}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { do(ctx, slog.New(slog.NewTextHandler(log, nil))) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	return log
}

// watching says by which process Redis is watched.
var watching = map[string]func(t *testing.T, url string) *lines{
	"server": func(t *testing.T, url string) *lines {
		t.Helper()
		return watched(t, newPublisher(t, url).Watch)
	},
	"worker": func(t *testing.T, url string) *lines {
		t.Helper()
		letters := redisstream.NewDeadLetters(newClient(t, url))
		return watched(t, func(ctx context.Context, log *slog.Logger) {
			s, err := redisstream.NewSubscriber(redisstream.Place{URL: url}, 1, letters, (&seen{}).Take, log)
			if err == nil {
				err = s.Run(ctx)
			}
			if err != nil {
				t.Error(err)
			}
		})
	},
}

func TestARedisThatIsAwayIsSaidOnceByItsAddress(t *testing.T) {
	t.Parallel()
	for process, watch := range watching {
		away := " cannot be used; the " + process + " runs, is not ready and tries again"
		t.Run("at the start of the "+process+", and again once it is back", func(t *testing.T) {
			t.Parallel()
			server := testenv.PrivateRedis(t)
			server.Stop()
			u, err := url.Parse(server.URL())
			require.NoError(t, err)
			u.User = url.UserPassword("default", "secret")
			log := watch(t, u.String())
			eventually(t, "it is said", func() bool { return strings.Contains(log.String(), away) })
			server.Start()
			eventually(t, "its return is said", func() bool {
				return strings.Contains(log.String(), "can be used again")
			})
			require.Contains(t, log.String(), "Redis at "+u.Host+away)
			require.Equal(t, 1, strings.Count(log.String(), "level=WARN"))
			require.NotContains(t, log.String(), "secret")
		})

		t.Run("though it takes the connections of the "+process, func(t *testing.T) {
			t.Parallel()
			mute, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, mute.Close()) })
			log := watch(t, "redis://"+mute.Addr().String())
			eventually(t, "it is said", func() bool {
				return strings.Contains(log.String(), "Redis at "+mute.Addr().String()+away)
			})
		})
	}
}
