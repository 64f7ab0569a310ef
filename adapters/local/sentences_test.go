package local_test

import (
	"bufio"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/domain"
)

// The least that is taken on testdata/sentences.txt. A change of the lexicon that helps one trade must not cost the others.
const (
	leastAccuracy = 0.93
	mostCautious  = 0.15 // how far the mean confidence may stay below the accuracy; above it, half as far
)

func TestClassifier_SentencesFromManyTrades(t *testing.T) {
	t.Parallel()
	c := local.New()
	right, claimed, n := 0.0, 0.0, 0.0
	for label, text := range sentences(t) {
		answer, err := c.Classify(t.Context(), text)
		require.NoError(t, err)
		n++
		claimed += answer.Verdict.Confidence()
		if answer.Verdict.Category().String() == label {
			right++
		} else {
			t.Logf("%s, not %s: %s", answer.Verdict.Category(), label, text.Description())
		}
	}
	require.GreaterOrEqual(t, n, 200.0)
	require.GreaterOrEqual(t, right/n, leastAccuracy)
	gap := right/n - claimed/n
	require.Less(t, math.Max(gap, -2*gap), mostCautious, "accuracy %.3f, mean confidence %.3f", right/n, claimed/n)
}

func sentences(t *testing.T) func(yield func(string, domain.Text) bool) {
	t.Helper()
	file, err := os.Open("testdata/sentences.txt")
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	return func(yield func(string, domain.Text) bool) {
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			label, sentence, ok := strings.Cut(lines.Text(), "\t")
			if !ok {
				continue
			}
			text, err := domain.NewText("Request", sentence)
			require.NoError(t, err)
			if !yield(label, text) {
				return
			}
		}
		require.NoError(t, lines.Err())
	}
}
