package classification_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
)

// stage answers with this confidence, or fails, and counts its calls.
type stage struct {
	source     domain.Source
	confidence float64 // below 0 where the stage does not know it
	err        error
	calls      int
}

func (s *stage) Classify(context.Context, domain.Text) (domain.Answer, error) {
	s.calls++
	answer := domain.Answer{Source: s.source, Model: "model of " + s.source.String(), InputTokens: 5}
	if s.err != nil {
		return answer, s.err
	}
	var confidence *float64
	if s.confidence >= 0 {
		confidence = &s.confidence
	}
	var err error
	answer.Verdict, err = domain.NewVerdict(domain.CategoryBilling, domain.PriorityLow, confidence, new(0.5), "")
	return answer, err
}

func TestCascade(t *testing.T) {
	t.Parallel()
	text, err := domain.NewText("a", "b")
	require.NoError(t, err)
	cases := []struct {
		name       string
		threshold  float64
		confidence float64
		asked      bool
	}{
		{"a sure first stage answers alone", 0.9, 0.95, false},
		{"a confidence at the threshold is enough", 0.9, 0.9, false},
		{"below it the second stage answers", 0.9, 0.89, true},
		{"with threshold 0 the second stage is never asked", 0, 0, false},
		{"with threshold 1 it is asked always", 1, 0.999, true},
		{"but for certainty", 1, 1, false},
		{"a confidence that nobody knows is below every threshold", 0, -1, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			first, second := &stage{source: domain.SourceLocal, confidence: c.confidence},
				&stage{source: domain.SourceModel, confidence: 0.5}
			counts := &fakes.Tally{}
			answer, err := classification.NewCascade(first, second, c.threshold, counts).Classify(t.Context(), text)
			require.NoError(t, err)
			require.Equal(t, 1, first.calls)
			require.Equal(t, map[string]int{fmt.Sprint("second stage ", c.asked): 1}, counts.All())
			if c.asked {
				require.Equal(t, 1, second.calls)
				require.Equal(t, domain.SourceModel, answer.Source)
				require.Equal(t, "model of model", answer.Model)
				return
			}
			require.Zero(t, second.calls)
			require.Equal(t, domain.SourceLocal, answer.Source)
		})
	}
	t.Run("a second stage that fails gives its error and its cost, not the unsure answer", func(t *testing.T) {
		t.Parallel()
		first, second := &stage{source: domain.SourceLocal, confidence: 0.4},
			&stage{source: domain.SourceModel, err: domain.ErrThrottled}
		answer, err := classification.NewCascade(first, second, 0.9, ports.NoMeter{}).Classify(t.Context(), text)
		require.ErrorIs(t, err, domain.ErrThrottled)
		require.True(t, answer.Verdict.IsZero())
		require.Equal(t, domain.SourceModel, answer.Source)
		require.Equal(t, 5, answer.InputTokens)
	})
	t.Run("when the first stage fails the second is asked", func(t *testing.T) {
		t.Parallel()
		first, second := &stage{source: domain.SourceLocal, err: domain.ErrBadAnswer},
			&stage{source: domain.SourceModel, confidence: 0.5}
		answer, err := classification.NewCascade(first, second, 0, ports.NoMeter{}).Classify(t.Context(), text)
		require.NoError(t, err)
		require.Equal(t, domain.SourceModel, answer.Source)
	})
	t.Run("when the context ends nobody else is asked", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		second := &stage{source: domain.SourceModel}
		_, err := classification.NewCascade(&stage{err: context.Canceled}, second, 0.9,
			ports.NoMeter{}).Classify(ctx, text)
		require.ErrorIs(t, err, context.Canceled)
		require.Zero(t, second.calls)
	})
	t.Run("when the context ends during an unsure first answer it is no answer", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		first, second := &stage{source: domain.SourceLocal, confidence: 0.4}, &stage{source: domain.SourceModel}
		answer, err := classification.NewCascade(first, second, 0.9, ports.NoMeter{}).Classify(ctx, text)
		require.ErrorIs(t, err, context.Canceled)
		require.True(t, answer.Verdict.IsZero())
		require.Zero(t, second.calls)
	})
}
