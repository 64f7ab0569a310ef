package textreport_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/textreport"
	"ticketd/app/evaluation"
)

// report is one of n categories of which some are right; their confidence is unknown.
func report(n, right int) evaluation.Report {
	var js []evaluation.Judgement
	for i := range n {
		j := evaluation.Judgement{Right: "billing", Predicted: "general"}
		if i < right {
			j.Predicted = "billing"
		}
		js = append(js, j)
	}
	r := evaluation.Report{Tickets: n, Category: evaluation.Measure(evaluation.CategoryLabels(), js, n)}
	r.Sources = []evaluation.SourceReport{{Name: "shop", Tickets: n, Category: r.Category.Summary()}}
	return r
}

func TestTraining(t *testing.T) {
	t.Parallel()
	print := func(about evaluation.Training) string {
		var out bytes.Buffer
		require.NoError(t, textreport.Training(&out, about))
		return out.String()
	}
	better := evaluation.Training{
		Tickets: 40, BuiltIn: report(40, 20), InDomain: report(40, 30), HasPriority: true, MinPerLabel: 20,
	}

	t.Run("the figures stand in aligned columns, with a dash for what nobody knows", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, ``+
			"40 tickets; figures on tickets that the model did not see:\n"+
			"                                     category n  accuracy  baseline  macro-F1  ECE  "+
			"priority n  accuracy  baseline  macro-F1  ECE\n"+
			"                           built in          40     0.500     1.000     0.667    –\n"+
			"  trained, near-duplicates left out          40     0.750     1.000     0.857    –\n", print(better))
	})
	t.Run("a model for several sources is also judged by one that has not seen the source", func(t *testing.T) {
		t.Parallel()
		about := better
		about.OutOfDomain = new(report(40, 10))
		text := print(about)
		require.Contains(t, text, "trained, whole source left out")
		require.Regexp(t, `shop +40 +0\.500 +1\.000 +0\.667 +– +0\.250 +0\.400 +–\n`, text)
	})
	t.Run("too few priorities and a model that is worse than none are said", func(t *testing.T) {
		t.Parallel()
		about := better
		about.BuiltIn, about.InDomain, about.HasPriority = better.InDomain, better.BuiltIn, false
		text := print(about)
		require.Contains(t, text,
			"too few priorities to learn from (each that occurs needs 20): the built-in ones stay")
		require.Contains(t, text, "the trained model is worse than the built-in classifier")
		require.NotContains(t, print(better), "worse")
	})
}
