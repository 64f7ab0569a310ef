// Package batch lets calls that wait at the same moment share one run, such as one statement with one commit.
package batch

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// ErrClosed is the answer to a call after Close.
var ErrClosed = errors.New("the batches are closed")

// Options bound the runs of a Batcher.
type Options[In any] struct {
	Size    int           // calls in one run at most
	Flights int           // runs at a time at most
	Timeout time.Duration // of a run that calls share, at most; a lone call's context bounds its own run
	// Conflicts reports whether two calls must not share a run: the later one waits for the next run. Nil
	// allows any two.
	Conflicts func(a, b In) bool
}

// Batcher gathers calls while runs are under way. A call never waits for others: it starts at once if a run
// is free, and calls that come meanwhile run together, in their order, as soon as a run ends. A call never
// joins a run that has begun, so a read sees whatever was written before it.
type Batcher[In, Out any] struct {
	run     func(ctx context.Context, in []In) ([]Out, error)
	options Options[In]

	mu      sync.Mutex
	waiting []*call[In, Out] // empty unless all flights are taken
	flying  int
	closed  bool
	flights sync.WaitGroup
}

type call[In, Out any] struct {
	ctx  context.Context
	in   In
	out  Out
	err  error
	done chan struct{}
	run  *sharedRun // nil while the call is in line
}

// sharedRun goes on as long as one of its callers waits for it.
type sharedRun struct {
	ctx     context.Context
	end     context.CancelFunc
	callers int // those that have not left
}

// New returns a Batcher. run returns one answer per call, in their order, or an error for all of them, and
// returns soon after the end of its context.
func New[In, Out any](
	o Options[In], run func(ctx context.Context, in []In) ([]Out, error),
) *Batcher[In, Out] {
	return &Batcher[In, Out]{run: run, options: o}
}

// Do returns the answer to in at the end of its run. If ctx ends first, Do returns and the other callers do
// not notice: a call that has not begun never begins, one that shares a run goes on and its answer is lost.
// The last caller to leave ends the run and waits for its end, so that no run goes on unwatched. A panic of
// a shared run is an error for all of its callers.
func (b *Batcher[In, Out]) Do(ctx context.Context, in In) (Out, error) {
	var none Out
	if err := ctx.Err(); err != nil {
		return none, err
	}
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return none, ErrClosed
	}
	if b.flying < b.options.Flights {
		b.flying++
		b.flights.Add(1)
		b.mu.Unlock()
		return b.lone(ctx, in)
	}
	c := &call[In, Out]{ctx: ctx, in: in, done: make(chan struct{})}
	b.waiting = append(b.waiting, c)
	b.mu.Unlock()
	select {
	case <-c.done:
		return c.out, c.err
	case <-ctx.Done():
	}
	if b.leave(c) {
		if <-c.done; c.err == nil {
			return c.out, nil
		}
	}
	return none, ctx.Err()
}

// Close refuses further calls and waits for the end of earlier ones.
func (b *Batcher[In, Out]) Close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.flights.Wait()
}

// lone runs in its caller's goroutine and then hands its flight over to calls that came meanwhile.
func (b *Batcher[In, Out]) lone(ctx context.Context, in In) (out Out, err error) {
	defer func() {
		if calls := b.take(); calls != nil {
			go b.fly(calls)
		}
	}()
	outs, err := b.answers(ctx, []In{in})
	if err != nil {
		return out, err
	}
	return outs[0], nil
}

func (b *Batcher[In, Out]) fly(calls []*call[In, Out]) {
	for ; calls != nil; calls = b.take() {
		b.share(calls)
	}
}

// leave reports whether c was the last call that its run went on for.
func (b *Batcher[In, Out]) leave(c *call[In, Out]) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.run == nil {
		return false
	}
	c.run.callers--
	if c.run.callers > 0 {
		return false
	}
	c.run.end()
	return true
}

// take returns the next batch from the line. Without one the flight is over.
func (b *Batcher[In, Out]) take() []*call[In, Out] {
	b.mu.Lock()
	defer b.mu.Unlock()
	var batch, left []*call[In, Out]
	for _, c := range b.waiting {
		switch {
		case c.ctx.Err() != nil: // its caller has left
		case len(batch) < b.options.Size && !b.conflicts(batch, c):
			batch = append(batch, c)
		default:
			left = append(left, c)
		}
	}
	b.waiting = left
	if len(batch) == 0 {
		b.flying--
		b.flights.Done()
		return nil
	}
	// The values of the context are the first call's: a trace shows the run with that call.
	ctx, end := context.WithTimeout(context.WithoutCancel(batch[0].ctx), b.options.Timeout)
	run := &sharedRun{ctx, end, len(batch)}
	for _, c := range batch {
		c.run = run
	}
	return batch
}

func (b *Batcher[In, Out]) conflicts(batch []*call[In, Out], c *call[In, Out]) bool {
	return b.options.Conflicts != nil && slices.ContainsFunc(batch, func(other *call[In, Out]) bool {
		return b.options.Conflicts(other.in, c.in)
	})
}

func (b *Batcher[In, Out]) share(calls []*call[In, Out]) {
	run := calls[0].run
	defer run.end()
	in := make([]In, len(calls))
	for i, c := range calls {
		in[i] = c.in
	}
	outs, err := b.recovered(run.ctx, in)
	for i, c := range calls {
		if c.err = err; err == nil {
			c.out = outs[i]
		}
		close(c.done)
	}
}

func (b *Batcher[In, Out]) recovered(ctx context.Context, in []In) (outs []Out, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a batch: %v\n%s", p, debug.Stack())
		}
	}()
	return b.answers(ctx, in)
}

func (b *Batcher[In, Out]) answers(ctx context.Context, in []In) ([]Out, error) {
	outs, err := b.run(ctx, in)
	if err == nil && len(outs) != len(in) {
		err = fmt.Errorf("a batch of %d calls has %d answers", len(in), len(outs))
	}
	return outs, err
}
