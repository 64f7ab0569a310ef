package local_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/domain"
)

func TestSignals(t *testing.T) {
	t.Parallel()
	c := local.New()
	text, err := domain.NewText("Urgent refund", "I was charged twice.")
	require.NoError(t, err)
	s, err := c.Signals(text)
	require.NoError(t, err)

	t.Run("the scores favour the category that is answered", func(t *testing.T) {
		t.Parallel()
		scores := s.CategoryScores()
		require.Greater(t, scores[0], scores[1])
		require.Greater(t, scores[0], scores[2])
	})
	t.Run("the chances add up to one", func(t *testing.T) {
		t.Parallel()
		p := s.CategoryChances()
		require.InDelta(t, 1, p[0]+p[1]+p[2], 1e-9)
	})
	t.Run("the verdict is that of Classify", func(t *testing.T) {
		t.Parallel()
		answer, err := c.Classify(t.Context(), text)
		require.NoError(t, err)
		require.Equal(t, answer.Verdict, s.Verdict())
	})
	t.Run("concepts are numbered within range and bounded", func(t *testing.T) {
		t.Parallel()
		n := 0
		for concept, strength := range s.Concepts() {
			n++
			require.GreaterOrEqual(t, concept, 0)
			require.Less(t, concept, c.ConceptCount())
			require.GreaterOrEqual(t, strength, -1.0)
			require.LessOrEqual(t, strength, 2.0)
		}
		require.Positive(t, n)
		require.Positive(t, s.Urgency())
	})
}
