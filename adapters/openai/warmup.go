package openai

import (
	"context"
	"errors"
	"sync"
	"time"

	"ticketd/adapters/openai/internal/answer"
	"ticketd/domain"
)

// waker lets one call at a time wait for a server that has to load its model first. Some servers begin
// again when a caller hangs up (https://github.com/ollama/ollama/issues/4350), so calls for tickets, which
// have less time, would never get an answer.
type waker struct {
	limit time.Duration // 0: no wake-up calls

	mu     sync.Mutex
	stop   context.CancelFunc // nil if no call is on its way
	ended  time.Time          // when the last call ended
	closed bool
	done   sync.WaitGroup
}

// wakePause is the least time between two wake-up calls, which are paid where calls are.
const wakePause = 15 * time.Second

// WarmUp lets the server load its model before the first ticket comes. It returns at once.
func (c *Classifier) WarmUp() { c.wake() }

func (c *Classifier) wake() {
	w := &c.waker
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.limit == 0 || w.closed || w.stop != nil || c.dialect.now().Sub(w.ended) < wakePause {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), w.limit)
	w.stop = cancel
	w.done.Go(func() {
		begin := time.Now()
		err := c.Probe(ctx)
		c.dialect.log.DebugContext(ctx, "the model's server was woken",
			"error", err, "latency_ms", time.Since(begin).Milliseconds())
		cancel()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.stop, w.ended = nil, c.dialect.now()
	})
}

// Probe makes a call for a ticket of our own and returns nil if the model answers, whatever the answer
// says. On the way it learns the server's dialect, and how much room the model's thoughts need.
func (c *Classifier) Probe(ctx context.Context) error {
	for {
		got, err := c.ask(ctx, ticket{title: "Hello", description: "This is a test. Thank you."})
		var a domain.Answer
		var unread error
		if err == nil {
			a, _, unread = answer.Read(a, got.document())
		}
		c.probed(a.InputTokens+got.input, a.OutputTokens+got.output)
		cut, ok := errors.AsType[*answer.CutOffError](unread)
		if !ok || !cut.Thoughts || !c.dialect.raise(got.budget) {
			return err
		}
	}
}

// Close ends a probe that is on its way and closes idle connections. The Classifier stays usable, but makes
// no wake-up calls any more.
func (c *Classifier) Close() {
	c.waker.mu.Lock()
	c.waker.closed = true
	if c.waker.stop != nil {
		c.waker.stop()
	}
	c.waker.mu.Unlock()
	c.waker.done.Wait()
	c.http.CloseIdleConnections()
}
