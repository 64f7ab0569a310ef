package redisstream_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ticketd/adapters/redisstream"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// limit bounds the wait for something that should come soon: many tests share few cores.
	limit = time.Minute
	poll  = 10 * time.Millisecond
)

// Watermill's readers notice the end of their client half a second late, which is longer than goleak waits.
func TestMain(m *testing.M) {
	status := m.Run()
	leaked := goleak.Find()
	for range 5 {
		if leaked != nil {
			leaked = goleak.Find()
		}
	}
	if status == 0 && leaked != nil {
		fmt.Fprintln(os.Stderr, leaked)
		status = 1
	}
	os.Exit(status)
}

func open(t *testing.T, url string) *redis.Client {
	t.Helper()
	opts, err := redis.ParseURL(url)
	require.NoError(t, err)
	opts.DialTimeout, opts.DialerRetries = time.Second, 1
	r := redis.NewClient(opts)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

func newClient(t *testing.T, url string) *redisstream.Client {
	t.Helper()
	c, err := redisstream.NewClient(redisstream.Place{URL: url}, "test", 4)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func newPublisher(t *testing.T, url string) *redisstream.Publisher {
	t.Helper()
	p, err := redisstream.NewPublisher(redisstream.Place{URL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

func ticket(t *testing.T, id int, title, description string) domain.Ticket {
	t.Helper()
	made, err := domain.NewTicket(title, description, nil, domain.Creators{}, time.Now())
	require.NoError(t, err)
	return made.Stored(domain.TicketID(id))
}

// announce publishes events for the tickets from first to last.
func announce(t *testing.T, p *redisstream.Publisher, first, last int) {
	t.Helper()
	for id := first; id <= last; id++ {
		require.NoError(t, p.Announce(t.Context(), ticket(t, id, "Title", "Description")))
	}
}

// seen counts the events that a handler gets, by ticket.
type seen struct {
	mu     sync.Mutex
	counts map[domain.TicketID]int
}

// Take is a handler.
func (s *seen) Take(_ context.Context, id domain.TicketID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[domain.TicketID]int{}
	}
	s.counts[id]++
	return nil
}

func (s *seen) of(id domain.TicketID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[id]
}

func (s *seen) tickets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.counts)
}

// running is a subscriber at work.
type running struct {
	t    *testing.T
	stop context.CancelFunc
	done chan struct{}
	err  error
}

func newSubscriber(t *testing.T, url string, subscriptions int, letters ports.DeadLetterQueue,
	h redisstream.Handler) *redisstream.Subscriber {
	t.Helper()
	s, err := redisstream.NewSubscriber(
		redisstream.Place{URL: url}, subscriptions, letters, h, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s
}

// start runs s until the end of the test at the latest.
func start(t *testing.T, s *redisstream.Subscriber) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	r := &running{t: t, stop: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.err = s.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		r.wait()
	})
	return r
}

func subscribe(t *testing.T, url string, subscriptions int, h redisstream.Handler) *running {
	t.Helper()
	return start(t, newSubscriber(t, url, subscriptions, redisstream.NewDeadLetters(newClient(t, url)), h))
}

// wait waits for the end and returns Run's error.
func (r *running) wait() error {
	r.t.Helper()
	select {
	case <-r.done:
		return r.err
	case <-time.After(limit):
		require.FailNow(r.t, "the subscriber does not end")
		return nil
	}
}

func eventually(t *testing.T, why string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, limit, poll, why)
}

func pending(t *testing.T, r *redis.Client) int {
	t.Helper()
	p, err := r.XPending(t.Context(), redisstream.Stream, redisstream.Group).Result()
	require.NoError(t, err)
	return int(p.Count)
}

func length(t *testing.T, r *redis.Client, stream string) int {
	t.Helper()
	n, err := r.XLen(t.Context(), stream).Result()
	require.NoError(t, err)
	return int(n)
}
