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

// The least that is taken on testdata/sentences.txt and testdata/trades.txt. A change of the lexicon that
// helps one trade must not cost the others.
const (
	minAccuracy = 0.92
	maxCaution  = 0.15 // how far the mean confidence may stay below the accuracy; above it, half as far
)

func TestClassifier_SentencesFromManyTrades(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string]iter.Seq2[string, domain.Text]{
		"in five languages": sentences(t), "in seventy trades": trades(t, "testdata/trades.txt"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := measure(t, texts)
			t.Log(strings.Join(m.errors, "\n"))
			require.GreaterOrEqual(t, m.n, 200.0)
			require.GreaterOrEqual(t, m.right/m.n, minAccuracy)
			gap := (m.right - m.claimed) / m.n
			require.Less(t, max(gap, -2*gap), maxCaution,
				"accuracy %.3f, mean confidence %.3f", m.right/m.n, m.claimed/m.n)
		})
	}
}

// The least that is taken on testdata/unseen.txt: a hundred tickets leave much to chance.
const (
	minUnseen     = 0.80
	maxExcess     = 0.05 // how far the mean confidence may exceed the accuracy
	sure          = 0.9  // the confidence from which on an answer is taken without a second look
	maxSureExcess = 0.07 // how far the mean confidence of these may exceed their accuracy
	minSure       = 45   // tickets
)

func TestClassifier_TradesThatItIsNotTunedTo(t *testing.T) {
	t.Parallel()
	m := measure(t, trades(t, "testdata/unseen.txt"))
	require.GreaterOrEqual(t, m.n, 100.0)
	require.GreaterOrEqual(t, m.right/m.n, minUnseen)
	require.Less(t, (m.claimed-m.right)/m.n, maxExcess,
		"accuracy %.3f, mean confidence %.3f", m.right/m.n, m.claimed/m.n)
	require.GreaterOrEqual(t, m.sureN, float64(minSure))
	require.Less(t, (m.sureClaimed-m.sureRight)/m.sureN, maxSureExcess,
		"%v of %v are right", m.sureRight, m.sureN)
}

// measured is what came of the texts of a file.
type measured struct {
	n, right, claimed             float64
	sureN, sureRight, sureClaimed float64
	errors                        []string
}

func measure(t *testing.T, texts iter.Seq2[string, domain.Text]) measured {
	t.Helper()
	var m measured
	c := local.New()
	for label, text := range texts {
		answer, err := c.Classify(t.Context(), text)
		require.NoError(t, err)
		said, confidence, good := answer.Verdict.Category().String(), *answer.Verdict.Confidence(), 1.0
		if said != label {
			good = 0
			m.errors = append(m.errors, said+", not "+label+": "+text.Description())
		}
		m.n, m.right, m.claimed = m.n+1, m.right+good, m.claimed+confidence
		if confidence >= sure {
			m.sureN, m.sureRight, m.sureClaimed = m.sureN+1, m.sureRight+good, m.sureClaimed+confidence
		}
	}
	return m
}

// trades reads lines of a trade, a label and a text.
func trades(t *testing.T, path string) iter.Seq2[string, domain.Text] {
	return labelled(t, path, func(fields []string) (label, title, text string) {
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
