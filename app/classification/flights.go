package classification

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// flights are the classifications under way in a process. They outlive the requests, events and sweeps that
// start them, until a stop that takes too long cuts them off.
type flights struct {
	count    atomic.Int64
	wg       sync.WaitGroup
	life     context.Context
	hardStop context.CancelFunc
}

func (f *flights) init() { f.life, f.hardStop = context.WithCancel(context.Background()) }

// start runs do and returns a channel that is closed when do returns. The context of do knows what ctx knows,
// such as whose request or trace it is, but does not end with it.
func (f *flights) start(ctx context.Context, do func(context.Context)) <-chan struct{} {
	landed := make(chan struct{})
	f.count.Add(1)
	f.wg.Go(func() {
		defer close(landed)
		defer f.count.Add(-1)
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		defer cancel()
		defer context.AfterFunc(f.life, cancel)()
		do(ctx)
	})
	return landed
}

// InFlight returns how many classifications are under way. What waits for its turn does not count.
func (f *flights) InFlight() int { return int(f.count.Load()) }

// Drain waits for what is in flight. If ctx ends first, that is cut off, and the leases in the rows bring it
// back later. Nothing may start a classification any more.
func (f *flights) Drain(ctx context.Context) error {
	inTime := context.AfterFunc(ctx, f.hardStop)
	f.wg.Wait()
	if !inTime() {
		return fmt.Errorf("classifications were still in flight: %w", ctx.Err())
	}
	return nil
}

// each calls do with 0 to n-1 from up to slots goroutines. It begins none after the end of ctx.
func each(ctx context.Context, slots, n int, do func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(slots, n) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	wg.Wait()
}
