package htmlreport_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/htmlreport"
	"ticketd/app/evaluation"
)

func document() evaluation.Result {
	judgements := []evaluation.Judgement{
		{Right: "billing", Predicted: "billing", Confidence: new(0.93)},
		{Right: "general", Predicted: "technical", Confidence: new(0.41)},
		{Right: "technical", Predicted: "technical", Confidence: new(0.77)},
	}
	f := evaluation.Measure(evaluation.CategoryLabels(), judgements, len(judgements))
	return evaluation.Result{
		Classifier: "local <script>", Data: "a&b.jsonl",
		Report: evaluation.Report{
			Latency: evaluation.Latency{P50: 0.00371, P90: 1.5, P99: 1200, Max: 2000},
			Tickets: 4, Answered: 3, Fallbacks: 1, FailedCalls: 5, Errors: map[string]int{"timeout": 1}, Category: f,
			Sources: []evaluation.SourceReport{{Name: "shop", Tickets: 3, Category: f.Summary()}},
			Stages:  []evaluation.StageReport{{Source: "local", Model: "m", Share: 1, Category: f.Summary()}},
		},
	}
}

func render(t *testing.T, doc evaluation.Result) string {
	t.Helper()
	page, err := htmlreport.Render(doc)
	require.NoError(t, err)
	return string(page)
}

func TestRender(t *testing.T) {
	t.Parallel()
	full := document()
	full.Cascade = &evaluation.Calls{Threshold: 0.9, Calls: 1, Saved: 0.75}
	full.Sweep = []evaluation.Step{
		{Calls: evaluation.Calls{Saved: 1}, Accuracy: 0.5},
		{Calls: evaluation.Calls{Threshold: 1, Calls: 4}, Accuracy: 0.9},
	}
	full.Compared = &evaluation.Compared{Other: "openai x", Comparison: evaluation.Comparison{
		Won: []evaluation.Flip{{ID: "t<1>", Right: "billing", Now: "billing"}}, McNemarP: 0.5,
	}}

	t.Run("the worst source and the wrong tickets are named", func(t *testing.T) {
		t.Parallel()
		doc := document()
		doc.Report.Worst = &evaluation.Worst{Accuracy: doc.Report.Sources[0], Calibration: &doc.Report.Sources[0]}
		doc.Wrong.Category = []evaluation.Mistake{
			{
				ID: "a<1>", Right: "billing", Predicted: "general", Confidence: new(0.913), Title: "A <b>bill</b>",
				Text: "I <b>paid</b>", Reason: "the word x",
			},
			{ID: "b", Right: "general", Predicted: "billing", Title: "B"},
		}
		page := render(t, doc)
		require.Contains(t, page, "The worst source: shop with an accuracy of 0.667 (baseline: 0.333).")
		require.Contains(t, page, "farthest from the truth: shop")
		require.Contains(t, page, "a&lt;1&gt;</td><td>billing</td><td>general</td><td>0.91</td>")
		require.Contains(t, page, "A &lt;b&gt;bill&lt;/b&gt;</td><td class=\"text\">I &lt;b&gt;paid&lt;/b&gt;")
		require.Contains(t, page, "<td>b</td><td>general</td><td>billing</td><td>–</td>")
		require.Contains(t, page, "With 95.0\u00a0% precision")
	})
	t.Run("a page holds a thousand wrong tickets and counts the rest, without texts if they were not asked for",
		func(t *testing.T) {
			t.Parallel()
			doc := document()
			for range 1001 {
				doc.Wrong.Priority = append(doc.Wrong.Priority, evaluation.Mistake{ID: "x", Right: "low"})
			}
			page := render(t, doc)
			require.Contains(t, page, "Wrong priority (1001)")
			require.Equal(t, 1000, strings.Count(page, "<tr><td>x</td>"))
			require.NotContains(t, page, ">title</th>")
		})
	t.Run("a warning is the first line, and date and version follow", func(t *testing.T) {
		t.Parallel()
		doc := document()
		require.NotContains(t, render(t, doc), "Warning")
		doc.Warning, doc.Version = "seen <4>", "ticketd v1"
		doc.Date = time.Date(2026, 11, 27, 8, 5, 0, 0, time.UTC)
		page := render(t, doc)
		_, body, _ := strings.Cut(page, "<main>")
		const first = `<p class="warning" role="note"><b>Warning:</b> seen &lt;4&gt;`
		require.True(t, strings.HasPrefix(strings.TrimSpace(body), first), body)
		require.Contains(t, page, "2026-11-27 08:05 UTC, ticketd v1")
	})
	t.Run("each accuracy stands beside that of the best constant", func(t *testing.T) {
		t.Parallel()
		doc := document()
		doc.Report.Priority = evaluation.Measure(evaluation.PriorityLabels(), []evaluation.Judgement{
			{Right: "high", Predicted: "low"}, {Right: "high", Predicted: "high"},
		}, 2)
		page := render(t, doc)
		require.Contains(t, page,
			"<b>66.7\u00a0%</b>categories right<small>always billing: 33.3\u00a0%</small></div>")
		require.Contains(t, page, "<b>50.0\u00a0%</b>priorities right<small>always high: 100.0\u00a0%</small>"+
			"<small>no better than a constant</small></div>")
		require.Contains(t, page, "Accuracy 0.500 (always high: 1.000)")
	})
	t.Run("charts stand in the page itself", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 2, strings.Count(render(t, document()), "<svg "))
		require.Equal(t, 3, strings.Count(render(t, full), "<svg "))
		require.NotContains(t, render(t, full), "NaN")
	})
	t.Run("each chart has a title and a text of its own for those who cannot see it", func(t *testing.T) {
		t.Parallel()
		page := render(t, full)
		labelled := regexp.MustCompile(`<svg [^>]*role="img" aria-labelledby="(\S+) (\S+)"`)
		named := labelled.FindAllStringSubmatch(page, -1)
		require.Len(t, named, 3)
		for _, ids := range named {
			require.Regexp(t, `<title id="`+ids[1]+`">[^<]+</title>`, page)
			require.Regexp(t, `<desc id="`+ids[2]+`">[^<]+</desc>`, page)
			require.Equal(t, 1, strings.Count(page, `id="`+ids[1]+`"`))
		}
		require.Contains(t, page, "Recognised: 1 of 1 billing, 1 of 1 technical, 0 of 1 general.")
	})
	t.Run("what a chart shows stands in a table, too", func(t *testing.T) {
		t.Parallel()
		page := render(t, full)
		require.Contains(t, page, "<tr><td>to 0.5</td><td>1</td><td>0.410</td><td>0.000</td></tr>")
		require.Contains(t, page, "<tr><td>general</td><td>0</td><td>1</td><td>0</td></tr>")
		require.Contains(t, page, "<td>0.00</td><td>0</td><td>100.0\u00a0%</td><td>0.500</td>")
	})
	t.Run("bars, cells and curves stand where their figures say", func(t *testing.T) {
		t.Parallel()
		page := render(t, full)
		require.Contains(t, page, `x="370" y="28" width="34" height="250" fill-opacity="1"/>`, "0.93 and right")
		require.Contains(t, page, `<circle class="point" cx="203.4" cy="278" r="3.5"/>`, "0.41 and wrong")
		require.Regexp(t, `x="177.3" y="194.7" [^>]*fill-opacity="1.00"/>`, page, "general, taken for technical")
		require.Contains(t, page, `<polyline class="line" points="404,278 64,28 "/>`)
	})
	t.Run("nothing is fetched from anywhere", func(t *testing.T) {
		t.Parallel()
		page := render(t, full)
		require.NotContains(t, page, "//")
		require.NotContains(t, page, "<script")
		require.NotContains(t, page, "<link")
		require.NotContains(t, page, "url(")
	})
	t.Run("figures and flips are shown, and names are escaped", func(t *testing.T) {
		t.Parallel()
		page := render(t, full)
		for _, part := range []string{
			"66.7\u00a0%", "timeout: 1", "local &lt;script&gt;", "a&amp;b.jsonl", "shop", "75.0\u00a0%",
			"coverage at 90\u00a0%", "Latency in ms: 0.0037 median, 1.5 p90, 1200 p99", "openai x", "t&lt;1&gt;",
			"fallback", "p = 0.5",
		} {
			require.Contains(t, page, part)
		}
	})
	t.Run("answers without a confidence are counted, and alone they make no calibration", func(t *testing.T) {
		t.Parallel()
		labels := evaluation.CategoryLabels()
		unsure := evaluation.Judgement{Right: "billing", Predicted: "billing"}
		sure := evaluation.Judgement{Right: "general", Predicted: "general", Confidence: new(0.8)}
		doc := document()
		doc.Report.Category = evaluation.Measure(labels, []evaluation.Judgement{unsure, unsure, sure}, 3)
		page := render(t, doc)
		require.Contains(t, page, "n = 3, of which 2 came without a confidence")
		require.Contains(t, page, "expected calibration error 0.200")
		doc.Report.Category = evaluation.Measure(labels, []evaluation.Judgement{unsure}, 1)
		doc.Report.Stages[0].Category = doc.Report.Category.Summary()
		page = render(t, doc)
		require.Contains(t, page, "expected calibration error –, n = 1, of which 1 came without a confidence")
		require.Contains(t, page, "<td>1</td><td>1.000</td><td>1.000</td><td>1.000</td><td>–</td>")
		require.Equal(t, 1, strings.Count(page, "<svg "), "there is nothing to draw but the confusion")
	})
	t.Run("a field without right labels is left out", func(t *testing.T) {
		t.Parallel()
		require.NotContains(t, render(t, document()), "<h2>Priority</h2>")
	})
	t.Run("a report without any answer can be shown", func(t *testing.T) {
		t.Parallel()
		require.NotContains(t, render(t, evaluation.Result{}), "<svg ")
	})
}
