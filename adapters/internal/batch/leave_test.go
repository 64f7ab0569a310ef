package batch_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/internal/batch"
)

func TestACallerLeaves(t *testing.T) {
	t.Parallel()

	t.Run("before he comes: nothing runs", func(t *testing.T) {
		t.Parallel()
		ctx, leave := context.WithCancel(t.Context())
		leave()
		_, err := open(t, options{Size: 9, Flights: 1}).Do(ctx, 1)
		require.ErrorIs(t, err, context.Canceled)
	})

	t.Run("in the line: his call never begins", func(t *testing.T) {
		t.Parallel()
		k := open(t, options{Size: 9, Flights: 1, Timeout: soon})
		first := k.order(t.Context(), 1, 0)
		k.next()
		ctx, leave := context.WithCancel(t.Context())
		left, stays := k.order(ctx, 2, 1), k.order(t.Context(), 3, 2)
		leave()
		require.ErrorIs(t, (<-left).err, context.Canceled)
		k.finish <- nil
		require.Equal(t, []int{3}, k.next())
		k.finish <- nil
		require.Equal(t, answer{out: 2}, <-first)
		require.Equal(t, answer{out: 6}, <-stays)
	})

	t.Run("while his call shares a run: the others get their answers", func(t *testing.T) {
		t.Parallel()
		k := open(t, options{Size: 9, Flights: 1, Timeout: soon})
		first := k.order(t.Context(), 1, 0)
		k.next()
		ctx, leave := context.WithCancel(t.Context())
		left, stays := k.order(ctx, 2, 1), k.order(t.Context(), 3, 2)
		k.finish <- nil
		require.Equal(t, []int{2, 3}, k.next())
		leave()
		require.ErrorIs(t, (<-left).err, context.Canceled)
		k.finish <- nil
		require.Equal(t, answer{out: 2}, <-first)
		require.Equal(t, answer{out: 6}, <-stays)
	})
}

func TestASharedRunHasADeadlineOfItsOwn(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan struct{}, 2), make(chan struct{})
	b := batch.New(
		options{Size: 9, Flights: 1, Timeout: time.Millisecond},
		func(ctx context.Context, in []int) ([]int, error) {
			begun <- struct{}{}
			if in[0] == 1 {
				<-finish
				return doubled(in), ctx.Err()
			}
			<-ctx.Done()
			return nil, ctx.Err()
		},
	)
	k := &kitchen{t: t, Batcher: b}
	first := k.order(t.Context(), 1, 0)
	<-begun
	second := k.order(t.Context(), 2, 1)
	close(finish)
	require.NoError(t, (<-first).err)
	require.ErrorIs(t, (<-second).err, context.DeadlineExceeded)
}

func TestAllCallersLeave(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]answer{
		"the run is cut off":                       {err: context.Canceled},
		"the run comes through in the last moment": {out: 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun, cut, finish := make(chan struct{}), make(chan struct{}, 1), make(chan struct{})
			b := batch.New(
				options{Size: 9, Flights: 1, Timeout: time.Hour},
				func(ctx context.Context, in []int) ([]int, error) {
					begun <- struct{}{}
					if in[0] == 1 {
						<-finish
						return doubled(in), nil
					}
					<-ctx.Done()
					cut <- struct{}{}
					<-finish
					return doubled(in), want.err
				},
			)
			k := &kitchen{t: t, Batcher: b}
			first := k.order(t.Context(), 1, 0)
			<-begun
			secondStays, secondLeaves := context.WithCancel(t.Context())
			thirdStays, thirdLeaves := context.WithCancel(t.Context())
			second, third := k.order(secondStays, 2, 1), k.order(thirdStays, 3, 2)
			finish <- struct{}{}
			require.NoError(t, (<-first).err)
			<-begun
			secondLeaves()
			require.ErrorIs(t, (<-second).err, context.Canceled)
			require.Empty(t, cut, "it goes on for the third")
			thirdLeaves()
			require.Eventually(t, func() bool { return len(cut) > 0 }, soon, time.Millisecond)
			require.Empty(t, third, "he waits for the end of the run, lest it do something later")
			finish <- struct{}{}
			require.Equal(t, want, <-third)
		})
	}
}
