package app_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
)

func labelled(t *testing.T, n int) []ports.LabelledTicket {
	t.Helper()
	var tickets []ports.LabelledTicket
	for i := range n {
		text, err := domain.NewText(fmt.Sprint(i), "text")
		require.NoError(t, err)
		tickets = append(tickets, ports.LabelledTicket{
			ID: fmt.Sprint(i), Text: text, Category: domain.CategoryBilling,
		})
	}
	return tickets
}

func answer(t *testing.T) domain.Answer {
	t.Helper()
	verdict, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityLow, new(0.9), new(0.5), "")
	require.NoError(t, err)
	return domain.Answer{
		Verdict: verdict, Source: domain.SourceModel, Model: "m", InputTokens: 10, OutputTokens: 1,
	}
}

// pass evaluates one classifier that is no cascade.
func pass(
	ctx context.Context, c domain.Classifier, limits classification.CallLimits, tickets []ports.LabelledTicket,
	done func(),
) ([]evaluation.Outcome, error) {
	hooks := app.EvaluationHooks{Begin: func(string, int) (step, end func()) { return done, func() {} }}
	uc := app.NewEvaluate(limits.Policy, limits.Slots, ports.ClockFunc(time.Now), hooks)
	_, outcomes, err := uc.Handle(ctx, tickets,
		app.Evaluation{Candidate: app.Candidate{Classifier: c, Timeout: limits.Timeout}})
	return outcomes, err
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	policy := domain.RetryPolicy{MaxAttempts: 3, Base: time.Millisecond, Cap: time.Millisecond}

	t.Run("outcomes come in the tickets' order, with no more calls at a time than allowed", func(t *testing.T) {
		t.Parallel()
		good := answer(t)
		var inFlight, peak, done atomic.Int64
		c := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			now := inFlight.Add(1)
			defer inFlight.Add(-1)
			for p := peak.Load(); now > p && !peak.CompareAndSwap(p, now); p = peak.Load() {
			}
			time.Sleep(time.Millisecond) // a call takes a while
			return good, nil
		})
		outcomes, err := pass(t.Context(), c,
			classification.CallLimits{Timeout: time.Minute, Policy: policy, Slots: 4}, labelled(t, 40), func() {
				done.Add(1)
			})
		require.NoError(t, err)
		require.Len(t, outcomes, 40)
		for i, o := range outcomes {
			require.Equal(t, fmt.Sprint(i), o.Ticket.ID)
			require.True(t, o.Right())
			require.Positive(t, o.Latency)
		}
		require.LessOrEqual(t, peak.Load(), int64(4))
		require.Equal(t, int64(40), done.Load())
	})
	t.Run("a call that fails is made again, and its tokens count", func(t *testing.T) {
		t.Parallel()
		good := answer(t)
		calls := 0
		c := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			if calls++; calls < 3 {
				return domain.Answer{InputTokens: 7}, domain.ErrThrottled
			}
			return good, nil
		})
		outcomes, err := pass(t.Context(), c,
			classification.CallLimits{Timeout: time.Minute, Policy: policy, Slots: 1}, labelled(t, 1), func() {})
		require.NoError(t, err)
		require.False(t, outcomes[0].Failed())
		require.Equal(t, 2, outcomes[0].FailedCalls)
		require.Equal(t, 24, outcomes[0].InputTokens)
	})
	t.Run("a ticket whose calls all fail is a fallback, and the others go on", func(t *testing.T) {
		t.Parallel()
		good := answer(t)
		c := domain.ClassifierFunc(func(_ context.Context, text domain.Text) (domain.Answer, error) {
			if text.Title() == "1" {
				return domain.Answer{}, domain.ErrClassifierUnavailable
			}
			return good, nil
		})
		outcomes, err := pass(t.Context(), c,
			classification.CallLimits{Timeout: time.Minute, Policy: policy, Slots: 2}, labelled(t, 3), func() {})
		require.NoError(t, err)
		require.True(t, outcomes[1].Failed())
		require.Equal(t, 3, outcomes[1].FailedCalls)
		require.True(t, outcomes[2].Right())
	})
	t.Run("an answer without a verdict is a failure", func(t *testing.T) {
		t.Parallel()
		c := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			return domain.Answer{}, nil
		})
		outcomes, err := pass(t.Context(), c,
			classification.CallLimits{Timeout: time.Minute, Policy: policy, Slots: 1}, labelled(t, 1), func() {})
		require.NoError(t, err)
		require.ErrorIs(t, outcomes[0].Err, domain.ErrBadAnswer)
	})
	t.Run("a call that takes too long fails", func(t *testing.T) {
		t.Parallel()
		c := domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
			<-ctx.Done()
			return domain.Answer{}, ctx.Err()
		})
		outcomes, err := pass(t.Context(), c, classification.CallLimits{
			Timeout: time.Millisecond, Policy: domain.RetryPolicy{MaxAttempts: 1}, Slots: 1,
		}, labelled(t, 1), func() {})
		require.NoError(t, err)
		require.ErrorIs(t, outcomes[0].Err, context.DeadlineExceeded)
	})
	t.Run("a key that is not accepted ends the run at once", func(t *testing.T) {
		t.Parallel()
		var calls atomic.Int64
		c := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			calls.Add(1)
			return domain.Answer{}, domain.ErrClassifierKey
		})
		_, err := pass(t.Context(), c, classification.CallLimits{Timeout: time.Minute, Policy: policy, Slots: 2},
			labelled(t, 100), func() {})
		require.ErrorIs(t, err, domain.ErrClassifierKey)
		require.Less(t, calls.Load(), int64(10))
	})
	t.Run("a run that ends early keeps the outcomes so far", func(t *testing.T) {
		t.Parallel()
		good := answer(t)
		var calls atomic.Int64
		c := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			if calls.Add(1) <= 3 {
				return good, nil
			}
			return domain.Answer{}, domain.ErrClassifierKey
		})
		outcomes, err := pass(t.Context(), c,
			classification.CallLimits{Timeout: time.Minute, Policy: policy, Slots: 1}, labelled(t, 10), func() {})
		require.ErrorIs(t, err, domain.ErrClassifierKey)
		require.True(t, outcomes[2].Right())
		require.Zero(t, outcomes[3])
	})
	t.Run("a 429 counts no attempt", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{Script: []error{domain.ErrThrottled}}
		limits := classification.CallLimits{
			Timeout: time.Minute, Policy: domain.RetryPolicy{MaxAttempts: 1}, Slots: 1,
		}
		outcomes, err := pass(t.Context(), c, limits, labelled(t, 2), func() {})
		require.NoError(t, err)
		require.True(t, outcomes[0].Right())
		require.Equal(t, 1, outcomes[0].FailedCalls)
	})
	t.Run("an ended context ends the run", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		c := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			cancel()
			return domain.Answer{}, context.Canceled
		})
		_, err := pass(ctx, c, classification.CallLimits{Timeout: time.Minute, Policy: policy, Slots: 2},
			labelled(t, 100), func() {})
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("no tickets are no work", func(t *testing.T) {
		t.Parallel()
		outcomes, err := pass(t.Context(), nil,
			classification.CallLimits{Timeout: time.Minute, Policy: policy, Slots: 2}, nil, func() {})
		require.NoError(t, err)
		require.Empty(t, outcomes)
	})
}
