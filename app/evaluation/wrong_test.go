package evaluation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app/evaluation"
	"ticketd/domain"
)

func TestNewWrong(t *testing.T) {
	t.Parallel()
	text, err := domain.NewText("Parcel", "Where is\nmy parcel? "+strings.Repeat("ä", 200))
	require.NoError(t, err)
	outcomes := []evaluation.Outcome{
		outcome(t, "right", "general", 0.99, 1), outcome(t, "doubtful", "billing", 0.4, 1),
		unsure(t, outcome(t, "silent", "billing", 0.9, 1)),
		outcome(t, "sure", "technical", 0.9, 1), outcome(t, "fallback", "", 0, 1),
	}
	for i := range outcomes {
		outcomes[i].Ticket.Text = text
	}

	t.Run("those of which it was most sure come first, without a text", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []evaluation.Mistake{
			{ID: "sure", Right: "general", Predicted: "technical", Confidence: new(0.9)},
			{ID: "doubtful", Right: "general", Predicted: "billing", Confidence: new(0.4)},
			{ID: "silent", Right: "general", Predicted: "billing"},
		}, evaluation.NewWrong(outcomes, false).Category)
	})
	t.Run("a text is one short line", func(t *testing.T) {
		t.Parallel()
		shown := evaluation.NewWrong(outcomes, true).Category[0]
		require.Equal(t, "Parcel", shown.Title)
		require.True(t, strings.HasPrefix(shown.Text, "Where is my parcel? ä"), shown)
		require.True(t, strings.HasSuffix(shown.Text, "ä…"), shown)
		require.Len(t, []rune(shown.Text), 120)
	})
	t.Run("a priority is wrong only where the right one is known", func(t *testing.T) {
		t.Parallel()
		labelled := outcomes[0]
		require.Empty(t, evaluation.NewWrong([]evaluation.Outcome{labelled}, false).Priority)
		labelled.Ticket.Priority = domain.PriorityHigh
		require.Len(t, evaluation.NewWrong([]evaluation.Outcome{labelled}, false).Priority, 1)
		labelled.Ticket.Priority = labelled.Answer.Verdict.Priority()
		require.Empty(t, evaluation.NewWrong([]evaluation.Outcome{labelled}, false).Priority)
	})
}

func TestResult_Warn(t *testing.T) {
	t.Parallel()
	warning := func(seen, others *evaluation.Seen) string {
		r := evaluation.Result{Classifier: "a", Seen: seen, Report: evaluation.Report{Tickets: 9}}
		r.Compared = &evaluation.Compared{Other: "b", Seen: others}
		r.Warn()
		return r.Warning
	}
	const says = ": its figures say what it remembers, not how often it will be right."
	require.Empty(t, warning(nil, &evaluation.Seen{Known: true}))
	require.Equal(t, "a was trained with 4 of these 9 tickets"+says,
		warning(&evaluation.Seen{Known: true, Tickets: 4}, nil))
	require.Equal(t, "a was trained with 4 of these 9 tickets"+says+
		" Also, b was trained with 2 of these 9 tickets"+says,
		warning(&evaluation.Seen{Known: true, Tickets: 4}, &evaluation.Seen{Known: true, Tickets: 2}))
	require.Contains(t, warning(nil, &evaluation.Seen{}), "the file of b does not say which tickets")
}

func TestMeasure_Baseline(t *testing.T) {
	t.Parallel()
	measure := func(right ...string) evaluation.Baseline {
		var js []evaluation.Judgement
		for _, r := range right {
			js = append(js, evaluation.Judgement{Right: r, Predicted: "billing"})
		}
		return evaluation.Measure(evaluation.CategoryLabels(), js, len(js)).Baseline
	}
	require.Equal(t, evaluation.Baseline{Label: "general", Accuracy: 0.75},
		measure("general", "general", "billing", "general"))
	require.Equal(t, evaluation.Baseline{Label: "billing", Accuracy: 0.5}, measure("general", "billing"))
	require.Zero(t, measure())
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
