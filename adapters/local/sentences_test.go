package local_test

import (
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/domain"
)

// The least that is taken on testdata/sentences.txt. A change of the lexicon that helps one trade must not
// cost the others.
const (
	minAccuracy = 0.92
	maxCaution  = 0.15 // how far the mean confidence may stay below the accuracy; above it, half as far
)

func TestClassifier_SentencesFromManyTrades(t *testing.T) {
	t.Parallel()
	c := local.New()
	right, claimed, n := 0.0, 0.0, 0.0
	for label, text := range sentences(t) {
		answer, err := c.Classify(t.Context(), text)
		require.NoError(t, err)
		n++
		claimed += *answer.Verdict.Confidence()
		if answer.Verdict.Category().String() == label {
			right++
		} else {
			t.Logf("%s, not %s: %s", answer.Verdict.Category(), label, text.Description())
		}
	}
	require.GreaterOrEqual(t, n, 200.0)
	require.GreaterOrEqual(t, right/n, minAccuracy)
	gap := right/n - claimed/n
	require.Less(t, max(gap, -2*gap), maxCaution, "accuracy %.3f, mean confidence %.3f", right/n, claimed/n)
}

// The least that is taken on testdata/unseen.txt: a hundred tickets leave much to chance.
const (
	minUnseen     = 0.74
	maxExcess     = 0.05 // how far the mean confidence may exceed the accuracy
	sure          = 0.9  // the confidence from which on an answer is taken without a second look
	maxSureExcess = 0.09 // how far the mean confidence of these may exceed their accuracy
)

func TestClassifier_TradesThatItIsNotTunedTo(t *testing.T) {
	t.Parallel()
	c := local.New()
	right, claimed, n := 0.0, 0.0, 0.0
	sureRight, sureClaimed, sureN := 0.0, 0.0, 0.0
	for label, text := range unseen(t) {
		answer, err := c.Classify(t.Context(), text)
		require.NoError(t, err)
		confidence, good := *answer.Verdict.Confidence(), 0.0
		if answer.Verdict.Category().String() == label {
			good = 1
		}
		n, right, claimed = n+1, right+good, claimed+confidence
		if confidence >= sure {
			sureN, sureRight, sureClaimed = sureN+1, sureRight+good, sureClaimed+confidence
		}
	}
	require.GreaterOrEqual(t, n, 100.0)
	require.GreaterOrEqual(t, right/n, minUnseen)
	require.Less(t, (claimed-right)/n, maxExcess, "accuracy %.3f, mean confidence %.3f", right/n, claimed/n)
	require.GreaterOrEqual(t, sureN, 25.0)
	require.Less(t, (sureClaimed-sureRight)/sureN, maxSureExcess, "%v of %v are right", sureRight, sureN)
}

func unseen(t *testing.T) iter.Seq2[string, domain.Text] {
	return labelled(t, "testdata/unseen.txt", func(fields []string) (label, title, text string) {
		words := strings.Fields(fields[2])
		return fields[1], strings.Join(words[:min(len(words), 8)], " "), fields[2]
	})
}

func sentences(t *testing.T) iter.Seq2[string, domain.Text] {
	return labelled(t, "testdata/sentences.txt", func(fields []string) (label, title, text string) {
		return fields[0], "Request", fields[1]
	})
}

// labelled reads the lines of a file that have tabs.
func labelled(
	t *testing.T, path string, ticket func(fields []string) (label, title, text string),
) iter.Seq2[string, domain.Text] {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return func(yield func(string, domain.Text) bool) {
		for line := range strings.Lines(string(data)) {
			fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if len(fields) == 1 {
				continue
			}
			label, title, description := ticket(fields)
			text, err := domain.NewText(title, description)
			require.NoError(t, err)
			if !yield(label, text) {
				return
			}
		}
	}
}
