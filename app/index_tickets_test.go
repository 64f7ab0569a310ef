package app_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/tests/support/fakes"
)

// shelf has tickets up to older and a number of new ones without an index. Every third call fails.
type shelf struct {
	mu    sync.Mutex // of older, calls and after
	older domain.TicketID
	fresh atomic.Int64
	calls int
	after []domain.TicketID
}

var errShelf = errors.New("the shelf is stuck")

func (s *shelf) IndexOlder(_ context.Context, after domain.TicketID, limit int) (domain.TicketID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after = append(s.after, after)
	if s.calls++; s.calls%3 == 0 {
		return 0, errShelf
	}
	if after >= s.older {
		return 0, nil
	}
	return min(after+domain.TicketID(limit), s.older), nil
}

func (s *shelf) IndexNew(_ context.Context, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls++; s.calls%3 == 0 {
		return 0, errShelf
	}
	n := min(s.fresh.Load(), int64(limit))
	s.fresh.Add(-n)
	return int(n), nil
}

func TestIndexTickets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &shelf{older: 12_500}
		s.fresh.Store(4000)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			app.NewIndexTickets(s, fakes.Clock, slog.New(slog.NewTextHandler(&log, nil))).Run(ctx)
			close(done)
		}()
		time.Sleep(50 * time.Second)
		synctest.Wait()

		first := slices.Compact(slices.Clone(s.after))
		require.Equal(t, []domain.TicketID{0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000, 11_000,
			12_000, 12_500}, first, "it goes on where it failed")
		require.Zero(t, s.fresh.Load())
		require.Contains(t, log.String(), errShelf.Error())
		s.fresh.Store(10)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		require.Zero(t, s.fresh.Load(), "it keeps looking for new ones")

		s.mu.Lock()
		s.after, s.older = nil, 13_000
		s.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		require.EqualValues(t, 2500, s.after[0],
			"after a minute it looks again, a little before the end, since a lower id may come late")
		require.EqualValues(t, 13_000, s.after[len(s.after)-1])
		stop()
		<-done
	})
}
