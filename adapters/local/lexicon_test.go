package local_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
)

func TestLexicon(t *testing.T) {
	t.Parallel()
	t.Run("every pair names concepts that exist", func(t *testing.T) {
		t.Parallel()
		require.Empty(t, local.UnknownInPairs())
	})
	t.Run("no phrase shrinks to one word when its articles are dropped", func(t *testing.T) {
		t.Parallel()
		require.Empty(t, local.CollapsedCues())
	})
	t.Run("no cue stands twice", func(t *testing.T) {
		t.Parallel()
		require.Empty(t, local.RepeatedCues())
	})
}
