package redisstream_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

func TestMalformedEntries(t *testing.T) {
	t.Parallel()

	t.Run("each goes to the dead letters as it came, and reading goes on", func(t *testing.T) {
		t.Parallel()
		url, got := testenv.Redis(t), &seen{}
		r := open(t, url)
		for _, fields := range malformed {
			add(t, r, fields)
		}
		announce(t, newPublisher(t, url), 1, 1)
		subscribe(t, url, 2, got.Take)
		eventually(t, "the event behind them is handled", func() bool {
			return got.of(1) == 1 && pending(t, r) == 0
		})
		require.Equal(t, 1, got.tickets())
		letters, err := redisstream.NewDeadLetters(newClient(t, url)).DeadLetters(t.Context(), "", 1000)
		require.NoError(t, err)
		require.Len(t, letters, len(malformed))
		events := map[string]bool{}
		for _, l := range letters {
			require.Equal(t, ports.CauseMalformed, l.Cause)
			require.Zero(t, l.TicketID)
			require.WithinDuration(t, time.Now(), l.At, time.Minute)
			events[string(l.Event)] = true
		}
		require.Contains(t, events, `{"title":"t"}`)
		require.Contains(t, events, "\x00\x01\xff\xfe")
		require.Contains(t, events, `{"payload":"{\"id\":1}","version":"2"}`)
	})

	t.Run("a thousand at once do not stop it", func(t *testing.T) {
		t.Parallel()
		url, got := testenv.Redis(t), &seen{}
		r := open(t, url)
		_, err := r.Pipelined(t.Context(), func(p redis.Pipeliner) error {
			for range 1000 {
				p.XAdd(t.Context(), &redis.XAddArgs{
					Stream: redisstream.Stream, Values: map[string]any{"foreign": "entry"},
				})
			}
			return nil
		})
		require.NoError(t, err)
		announce(t, newPublisher(t, url), 1, 1)
		subscribe(t, url, 4, got.Take)
		eventually(t, "the event behind them is handled", func() bool {
			return got.of(1) == 1 && pending(t, r) == 0
		})
		require.Equal(t, 1000, length(t, r, redisstream.DeadStream))
	})

	t.Run("one that cannot be buried is tried again about once a second, and is not lost", func(t *testing.T) {
		t.Parallel()
		url := testenv.Redis(t)
		r := open(t, url)
		add(t, r, map[string]any{"foreign": "entry"})
		grave := &flooded{fails: 3}
		began := time.Now()
		start(t, newSubscriber(t, url, 2, grave, (&seen{}).Take))
		eventually(t, "it is buried", func() bool { return grave.buried.Load() == 1 && pending(t, r) == 0 })
		require.EqualValues(t, 4, grave.tries.Load())
		require.GreaterOrEqual(t, time.Since(began), 3*time.Second, "no hot loop")
	})
}

func add(t *testing.T, r *redis.Client, fields map[string]any) {
	t.Helper()
	require.NoError(t, r.XAdd(t.Context(), &redis.XAddArgs{Stream: redisstream.Stream, Values: fields}).Err())
}

// flooded is a dead-letter queue that fails for a while.
type flooded struct {
	fails         int32
	tries, buried atomic.Int32
}

func (f *flooded) Add(context.Context, ports.DeadLetter) error {
	if f.tries.Add(1) <= f.fails {
		return errors.New("flooded")
	}
	f.buried.Add(1)
	return nil
}
