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
	t.Run("the verdict is that of Classify", func(t *testing.T) {
		t.Parallel()
		answer, err := c.Classify(t.Context(), text)
		require.NoError(t, err)
		require.Equal(t, answer.Verdict, s.Verdict())
	})
	t.Run("several topics say little more than one", func(t *testing.T) {
		t.Parallel()
		general := func(description string) float64 {
			text, err := domain.NewText("x", description)
			require.NoError(t, err)
			s, err := c.Signals(text)
			require.NoError(t, err)
			return s.CategoryScores()[2]
		}
		none, one, three := general("zang blorf and"), general("flight zang blorf"), general("flight lunch dentist")
		require.Greater(t, one, none)
		require.Greater(t, three, one)
		require.Less(t, three-none, 2*(one-none))
	})
	t.Run("only a text that excludes a topic does so", func(t *testing.T) {
		t.Parallel()
		require.False(t, s.Excludes())
		other, err := domain.NewText("Hello", "This is not a billing question.")
		require.NoError(t, err)
		s, err := c.Signals(other)
		require.NoError(t, err)
		require.True(t, s.Excludes())
	})
}
