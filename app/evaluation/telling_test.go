package evaluation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app/evaluation"
	"ticketd/domain"
)

func TestTellingErrors(t *testing.T) {
	t.Parallel()
	text, err := domain.NewText("Parcel", "Where is\nmy parcel? "+strings.Repeat("ä", 200))
	require.NoError(t, err)
	outcomes := []evaluation.Outcome{
		outcome(t, "right", "general", 0.99, 1), outcome(t, "doubtful", "billing", 0.4, 1),
		outcome(t, "sure", "technical", 0.9, 1), outcome(t, "fallback", "", 0, 1),
		unsure(t, outcome(t, "silent", "billing", 0.9, 1)),
	}
	for i := range outcomes {
		outcomes[i].Ticket.Text = text
	}

	t.Run("those of which it was most sure come first, without a text", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []evaluation.Error{
			{ID: "sure", Right: "general", Predicted: "technical", Confidence: 0.9},
			{ID: "doubtful", Right: "general", Predicted: "billing", Confidence: 0.4},
		}, evaluation.TellingErrors(outcomes, false))
	})
	t.Run("a text is one short line", func(t *testing.T) {
		t.Parallel()
		shown := evaluation.TellingErrors(outcomes, true)[0].Text
		require.True(t, strings.HasPrefix(shown, "Where is my parcel? ä"), shown)
		require.True(t, strings.HasSuffix(shown, "ä…"), shown)
		require.Len(t, []rune(shown), 120)
	})
	t.Run("there are ten at most", func(t *testing.T) {
		t.Parallel()
		var many []evaluation.Outcome
		for i := range 30 {
			many = append(many, outcome(t, fmt.Sprint(i), "billing", float64(i)/30, 1))
		}
		shown := evaluation.TellingErrors(many, false)
		require.Len(t, shown, 10)
		require.Equal(t, "29", shown[0].ID)
	})
}

func TestReport_Worst(t *testing.T) {
	t.Parallel()
	from := func(source string, right, wrong int, confidence float64) []evaluation.Outcome {
		var outcomes []evaluation.Outcome
		for i := range right + wrong {
			category := "general"
			if i < wrong {
				category = "billing"
			}
			o := outcome(t, fmt.Sprint(source, i), category, confidence, 1)
			o.Ticket.Source = source
			outcomes = append(outcomes, o)
		}
		return outcomes
	}
	t.Run("it names the least right source and the one whose confidence is farthest off", func(t *testing.T) {
		t.Parallel()
		outcomes := append(from("shop", 40, 20, 0.7), from("bank", 50, 10, 0.2)...)
		outcomes = append(outcomes, from("tiny", 0, 9, 1)...)
		w := evaluation.NewReport(outcomes).Worst
		require.Equal(t, "shop", w.Accuracy.Name)
		require.Equal(t, "bank", w.Calibration.Name)
	})
	t.Run("one large source has nobody to be worse than", func(t *testing.T) {
		t.Parallel()
		require.Nil(t, evaluation.NewReport(append(from("shop", 40, 20, 0.7), from("tiny", 0, 9, 1)...)).Worst)
	})
}

func TestMeasure_StrictCoverage(t *testing.T) {
	t.Parallel()
	var outcomes []evaluation.Outcome
	for i := range 20 { // the last two are wrong
		category := "general"
		if i >= 18 {
			category = "billing"
		}
		outcomes = append(outcomes, outcome(t, fmt.Sprint(i), category, 1-float64(i)/100, 1))
	}
	f := evaluation.NewReport(outcomes).Category
	require.InDelta(t, 1, f.Coverage.Share, 1e-12)
	require.InDelta(t, 0.9, f.StrictCoverage.Share, 1e-12)
	require.InDelta(t, 0.95, f.StrictCoverage.Precision, 1e-12)
}
