package batch_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/internal/batch"
)

const soon = time.Minute

type options = batch.Options[int]

// kitchen doubles numbers. Each run is shown at begun and waits for a word on finish.
type kitchen struct {
	t *testing.T
	*batch.Batcher[int, int]
	begun  chan []int
	finish chan error
}

func open(t *testing.T, o options) *kitchen {
	k := &kitchen{t: t, begun: make(chan []int), finish: make(chan error)}
	k.Batcher = batch.New(o, func(_ context.Context, in []int) ([]int, error) {
		k.begun <- slices.Clone(in)
		return doubled(in), <-k.finish
	})
	return k
}

func doubled(in []int) []int {
	out := make([]int, len(in))
	for i, n := range in {
		out[i] = 2 * n
	}
	return out
}

// answer is what a call came to.
type answer struct {
	out int
	err error
}

// order calls Do and returns when the call waits in line, or has begun if runs says so.
func (k *kitchen) order(ctx context.Context, n, inLine int) <-chan answer {
	k.t.Helper()
	got := make(chan answer, 1)
	go func() {
		out, err := k.Do(ctx, n)
		got <- answer{out, err}
	}()
	if inLine > 0 {
		require.Eventually(k.t, func() bool { return k.Waiting() == inLine }, soon, time.Millisecond)
	}
	return got
}

func (k *kitchen) next() []int {
	k.t.Helper()
	select {
	case in := <-k.begun:
		return in
	case <-time.After(soon):
		require.Fail(k.t, "no run begins")
		return nil
	}
}

func TestCallsThatWaitTogetherShareARun(t *testing.T) {
	t.Parallel()
	k := open(t, options{Size: 3, Flights: 1, Timeout: soon})
	first := k.order(t.Context(), 1, 0)
	require.Equal(t, []int{1}, k.next(), "a lone call goes at once")
	var later []<-chan answer
	for n := 2; n <= 6; n++ {
		later = append(later, k.order(t.Context(), n, n-1))
	}
	k.finish <- nil
	require.Equal(t, answer{out: 2}, <-first)
	require.Equal(t, []int{2, 3, 4}, k.next(), "in their order, and no more than fit")
	seven := k.order(t.Context(), 7, 3)
	k.finish <- nil
	require.Equal(t, []int{5, 6, 7}, k.next(), "who comes later does not join a run that has begun")
	k.finish <- nil
	for i, got := range append(later, seven) {
		require.Equal(t, answer{out: 2 * (i + 2)}, <-got, "each gets his own answer")
	}
	again := k.order(t.Context(), 8, 0)
	require.Equal(t, []int{8}, k.next(), "the next lone call goes at once again")
	k.finish <- nil
	require.Equal(t, answer{out: 16}, <-again)
}

func TestSeveralRunsAtATime(t *testing.T) {
	t.Parallel()
	k := open(t, options{Size: 9, Flights: 2, Timeout: soon})
	one, two := k.order(t.Context(), 1, 0), k.order(t.Context(), 2, 0)
	require.Len(t, slices.Concat(k.next(), k.next()), 2)
	three := k.order(t.Context(), 3, 1)
	k.finish <- nil
	require.Equal(t, []int{3}, k.next(), "it goes when the first of them ends")
	k.finish <- nil
	k.finish <- nil
	for _, got := range []<-chan answer{one, two, three} {
		require.NoError(t, (<-got).err)
	}
}

func TestCallsThatMustNotShareARun(t *testing.T) {
	t.Parallel()
	k := open(
		t,
		options{Size: 9, Flights: 1, Timeout: soon, Conflicts: func(a, b int) bool { return a%10 == b%10 }},
	)
	calls := []<-chan answer{k.order(t.Context(), 1, 0)}
	k.next()
	for i, n := range []int{2, 12, 3, 22} {
		calls = append(calls, k.order(t.Context(), n, i+1))
	}
	for _, together := range [][]int{{2, 3}, {12}, {22}} {
		k.finish <- nil
		require.Equal(t, together, k.next())
	}
	k.finish <- nil
	for _, got := range calls {
		require.NoError(t, (<-got).err)
	}
}

func TestARunFails(t *testing.T) {
	t.Parallel()
	failure := errors.New("failure")
	k := open(t, options{Size: 9, Flights: 1, Timeout: soon})
	first := k.order(t.Context(), 1, 0)
	k.next()
	second, third := k.order(t.Context(), 2, 1), k.order(t.Context(), 3, 2)
	k.finish <- failure
	require.ErrorIs(t, (<-first).err, failure)
	k.next()
	k.finish <- failure
	require.ErrorIs(t, (<-second).err, failure)
	require.ErrorIs(t, (<-third).err, failure)
}

func TestARunPanics(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	begun, finish := make(chan struct{}), make(chan struct{})
	b := batch.New(
		options{Size: 9, Flights: 1, Timeout: soon},
		func(_ context.Context, in []int) ([]int, error) {
			if runs.Add(1) == 1 {
				close(begun)
				<-finish
				return nil, nil // no answer to a call
			}
			panic("no more salt")
		},
	)
	k := &kitchen{t: t, Batcher: b}
	first := k.order(t.Context(), 1, 0)
	<-begun
	second, third := k.order(t.Context(), 2, 1), k.order(t.Context(), 3, 2)
	close(finish)
	require.ErrorContains(t, (<-first).err, "a batch of 1 calls has 0 answers")
	require.ErrorContains(t, (<-second).err, "no more salt")
	require.ErrorContains(t, (<-third).err, "no more salt")
	for range 2 {
		require.Panics(
			t,
			func() { _, _ = b.Do(t.Context(), 4) },
			"a lone call panics where it was made, and the next one is not held up",
		)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	k := open(t, options{Size: 9, Flights: 1, Timeout: soon})
	first := k.order(t.Context(), 1, 0)
	k.next()
	second := k.order(t.Context(), 2, 1)
	closed := make(chan struct{})
	go func() {
		k.Close()
		close(closed)
	}()
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := k.Do(ctx, 3)
		return errors.Is(err, batch.ErrClosed)
	}, soon, time.Millisecond)
	k.finish <- nil
	require.Equal(t, 2, k.next()[0], "who waits is still served")
	k.finish <- nil
	<-closed
	require.Equal(t, answer{out: 2}, <-first)
	require.Equal(t, answer{out: 4}, <-second)
}

func TestManyCallersEachGetTheirOwn(t *testing.T) {
	t.Parallel()
	var flying, shared atomic.Int32
	b := batch.New(
		options{Size: 8, Flights: 3, Timeout: soon, Conflicts: func(a, b int) bool { return a == b }},
		func(_ context.Context, in []int) ([]int, error) {
			defer flying.Add(-1)
			if flying.Add(1) > 3 || len(in) > 8 || len(slices.Compact(slices.Sorted(slices.Values(in)))) != len(in) {
				return nil, errors.New("out of bounds")
			}
			runtime.Gosched() // others come meanwhile
			if len(in) > 1 {
				shared.Add(1)
			}
			return doubled(in), nil
		},
	)
	var group sync.WaitGroup
	for caller := range 32 {
		group.Go(func() {
			for range 500 {
				ctx, cancel := context.WithCancel(t.Context())
				if rand.IntN(10) == 0 {
					go cancel()
				}
				n := rand.IntN(40)
				out, err := b.Do(ctx, n)
				if ctx.Err() == nil && (err != nil || out != 2*n) || err == nil && out != 2*n {
					t.Errorf("caller %d: twice %d is %d, %v", caller, n, out, err)
				}
				cancel()
			}
		})
	}
	group.Wait()
	b.Close()
	require.Zero(t, flying.Load())
	require.Positive(t, shared.Load())
}

func BenchmarkDo(b *testing.B) {
	for _, parallel := range []int{1, 32} {
		batcher := batch.New(
			options{Size: 64, Flights: 1, Timeout: soon},
			func(_ context.Context, in []int) ([]int, error) { return in, nil },
		)
		b.Run(map[int]string{1: "alone", 32: "among-many"}[parallel], func(b *testing.B) {
			b.ReportAllocs()
			if parallel == 1 {
				for b.Loop() {
					_, _ = batcher.Do(b.Context(), 1)
				}
				return
			}
			b.SetParallelism(parallel)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					_, _ = batcher.Do(b.Context(), 1)
				}
			})
		})
	}
}
