// Package load sends requests over HTTP in closed loops: each client sends its next request when it has the
// answer to the last one.
package load

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ticketd/ports/retry"
)

// Stream is one client's requests, for use by one goroutine.
type Stream interface {
	// Next appends the next request, as it goes over the wire.
	Next(buf []byte) []byte
	// Check returns what is wrong with the answer to the last request. The body is the caller's.
	Check(status int, body []byte) error
}

// Timing is how long clients send before the measurement, and during it.
type Timing struct{ WarmUp, Window time.Duration }

// Result counts the answers that came within the window.
type Result struct {
	Requests  int
	Window    time.Duration
	Latencies []time.Duration // of each request, ascending
	// Wrong are answers that a stream refused and connections that broke, in the warm-up too; FirstWrong is one
	// of them.
	Wrong      int
	FirstWrong error
}

// answerTime bounds the wait for answers after the window.
const answerTime = 30 * time.Second

// Run sends each stream to address (host:port) from a client of its own. It calls mark at the window's start
// and end.
func Run(ctx context.Context, address string, streams []Stream, t Timing, mark func() error) (Result, error) {
	r := &run{address: address, until: time.Now().Add(t.WarmUp + t.Window + answerTime)}
	clients := make([]client, len(streams))
	ended := make([]error, len(streams))
	var wg sync.WaitGroup
	for i, s := range streams {
		clients[i].stream = s
		wg.Go(func() { ended[i] = clients[i].run(ctx, r) })
	}
	window, err := r.measure(ctx, t, mark)
	r.phase.Store(over)
	wg.Wait()
	if err := errors.Join(append(ended, err)...); err != nil {
		return Result{}, err
	}
	return collect(clients, window), nil
}

func collect(clients []client, window time.Duration) Result {
	result := Result{Window: window}
	for _, c := range clients {
		result.Latencies = append(result.Latencies, c.latencies...)
		result.Wrong += c.wrong
		if result.FirstWrong == nil {
			result.FirstWrong = c.firstWrong
		}
	}
	result.Requests = len(result.Latencies)
	slices.Sort(result.Latencies)
	return result
}

const (
	warming int32 = iota
	measuring
	over
)

// run is what the clients share.
type run struct {
	phase   atomic.Int32
	address string
	until   time.Time
}

func (r *run) measure(ctx context.Context, t Timing, mark func() error) (time.Duration, error) {
	if err := retry.Pause(ctx, t.WarmUp); err != nil {
		return 0, err
	}
	if err := mark(); err != nil {
		return 0, err
	}
	began := time.Now()
	r.phase.Store(measuring)
	err := retry.Pause(ctx, t.Window)
	r.phase.Store(over)
	window := time.Since(began)
	if err != nil {
		return 0, err
	}
	return window, mark()
}

type client struct {
	stream     Stream
	latencies  []time.Duration
	wrong      int
	firstWrong error
}

// run replaces a connection that breaks, and gives up if it cannot.
func (c *client) run(ctx context.Context, r *run) error {
	for r.phase.Load() != over {
		conn, err := dial(&net.Dialer{}, r.address, r.until)
		if err != nil {
			return fmt.Errorf("reach the server: %w", err)
		}
		cut := context.AfterFunc(ctx, func() { conn.Close() })
		err = c.use(conn, r)
		cut()
		conn.Close()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			c.complain(fmt.Errorf("the connection broke: %w", err))
		}
	}
	return nil
}

func (c *client) use(conn *conn, r *run) error {
	var request []byte
	for r.phase.Load() != over {
		request = c.stream.Next(request[:0])
		began := time.Now()
		status, body, keep, err := conn.exchange(request)
		took := time.Since(began)
		if err != nil {
			return err
		}
		if r.phase.Load() == measuring {
			c.latencies = append(c.latencies, took)
		}
		if err := c.stream.Check(status, body); err != nil {
			c.complain(err)
		}
		if !keep {
			return nil
		}
	}
	return nil
}

func (c *client) complain(err error) {
	c.wrong++
	if c.firstWrong == nil {
		c.firstWrong = err
	}
}

// Percentile returns the value that the share p (0 to 1) of the ascending values does not exceed, by the
// nearest rank; 0 without values.
func Percentile(ascending []time.Duration, p float64) time.Duration {
	if len(ascending) == 0 {
		return 0
	}
	rank := int(math.Ceil(p * float64(len(ascending))))
	return ascending[min(max(rank, 1), len(ascending))-1]
}
