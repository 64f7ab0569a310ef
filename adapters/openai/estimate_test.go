package openai_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
	"ticketd/domain"
)

func TestEstimateTokens(t *testing.T) {
	t.Parallel()
	short, err := domain.NewText("a", "b")
	require.NoError(t, err)
	long, err := domain.NewText("a", strings.Repeat("b", 4000))
	require.NoError(t, err)
	before, answer := openai.EstimateTokens(short)
	after, _ := openai.EstimateTokens(long)
	require.Greater(t, before, 500, "the instructions alone take more")
	require.InDelta(t, 1000, after-before, 2)
	require.Positive(t, answer)
}
