package htmlreport_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/htmlreport"
	"ticketd/app/evaluation"
)

func document() evaluation.Document {
	judgements := []evaluation.Judgement{
		{Right: "billing", Said: "billing", Confidence: new(0.93)}, {Right: "general", Said: "technical", Confidence: new(0.41)},
		{Right: "technical", Said: "technical", Confidence: new(0.77)},
	}
	f := evaluation.Measure(evaluation.CategoryLabels(), judgements, len(judgements))
	return evaluation.Document{
		Classifier: "local <script>", Data: "a&b.jsonl",
		Report: evaluation.Report{
			Latency: evaluation.Latency{P50: 0.00371, P90: 1.5, P99: 1200, Max: 2000},
			Tickets: 4, Answered: 3, Fallbacks: 1, FailedCalls: 5, Errors: map[string]int{"timeout": 1}, Category: f,
			Sources: []evaluation.SourceReport{{Name: "shop", Tickets: 3, Category: f.Summary()}},
			Stages:  []evaluation.StageReport{{Source: "local", Model: "m", Share: 1, Category: f.Summary()}},
		},
	}
}

func render(t *testing.T, doc evaluation.Document) string {
	t.Helper()
	page, err := htmlreport.Render(doc)
	require.NoError(t, err)
	return string(page)
}

func TestRender(t *testing.T) {
	t.Parallel()
	full := document()
	full.Cascade = &evaluation.Calls{Threshold: 0.9, Calls: 1, Saved: 0.75}
	full.Sweep = []evaluation.Step{{Calls: evaluation.Calls{Saved: 1}, Accuracy: 0.5}, {Calls: evaluation.Calls{Threshold: 1, Calls: 4}, Accuracy: 0.9}}
	full.Compared = &evaluation.Compared{Other: "openai x", Comparison: evaluation.Comparison{
		Won: []evaluation.Flip{{ID: "t<1>", Right: "billing", Now: "billing"}}, McNemarP: 0.5,
	}}

	t.Run("charts stand in the page itself", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 2, strings.Count(render(t, document()), "<svg "))
		require.Equal(t, 3, strings.Count(render(t, full), "<svg "))
		require.NotContains(t, render(t, full), "<?xml")
	})
	t.Run("nothing is fetched from anywhere", func(t *testing.T) {
		t.Parallel()
		page := regexp.MustCompile(`xmlns(:xlink)?="[^"]*"`).ReplaceAllString(render(t, full), "") // names, not addresses
		require.NotContains(t, page, "//")
		require.NotContains(t, page, "<script")
		require.NotContains(t, page, "<link")
		require.NotContains(t, page, "url(")
	})
	t.Run("figures and flips are shown, and names are escaped", func(t *testing.T) {
		t.Parallel()
		page := render(t, full)
		for _, part := range []string{
			"66.7\u00a0%", "timeout: 1", "local &lt;script&gt;", "a&amp;b.jsonl", "shop", "75.0\u00a0%", "coverage at 90\u00a0%", "Latency in ms: 0.0037 median, 1.5 p90, 1200 p99", "openai x", "t&lt;1&gt;", "fallback", "p = 0.5",
		} {
			require.Contains(t, page, part)
		}
	})
	t.Run("answers without a confidence are counted, and where there are no others nothing is said of calibration", func(t *testing.T) {
		t.Parallel()
		labels := evaluation.CategoryLabels()
		unsure := evaluation.Judgement{Right: "billing", Said: "billing"}
		sure := evaluation.Judgement{Right: "general", Said: "general", Confidence: new(0.8)}
		doc := document()
		doc.Report.Category = evaluation.Measure(labels, []evaluation.Judgement{unsure, unsure, sure}, 3)
		page := render(t, doc)
		require.Contains(t, page, "n = 3, of which 2 came without a confidence")
		require.Contains(t, page, "expected calibration error 0.200")
		doc.Report.Category = evaluation.Measure(labels, []evaluation.Judgement{unsure}, 1)
		doc.Report.Stages[0].Category = doc.Report.Category.Summary()
		page = render(t, doc)
		require.Contains(t, page, "expected calibration error –, n = 1, of which 1 came without a confidence")
		require.Contains(t, page, "<td>1</td><td>1.000</td><td>1.000</td><td>–</td>")
		require.Equal(t, 1, strings.Count(page, "<svg "), "there is nothing to draw but the confusion")
	})
	t.Run("a field without right labels is left out", func(t *testing.T) {
		t.Parallel()
		require.NotContains(t, render(t, document()), "<h2>Priority</h2>")
	})
	t.Run("a report without any answer can be shown", func(t *testing.T) {
		t.Parallel()
		require.NotContains(t, render(t, evaluation.Document{}), "<svg ")
	})
}
