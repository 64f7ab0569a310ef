package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app/evaluation"
)

// judgements are so many right and wrong ones of one confidence.
func judgements(confidence float64, right, wrong int) []evaluation.Judgement {
	var js []evaluation.Judgement
	for i := range right + wrong {
		said := "billing"
		if i >= right {
			said = "general"
		}
		js = append(js, evaluation.Judgement{Right: "billing", Predicted: said, Confidence: &confidence})
	}
	return js
}

func TestRefit(t *testing.T) {
	t.Parallel()
	t.Run("who claims what is true is hardly corrected", func(t *testing.T) {
		t.Parallel()
		c := refit(append(judgements(0.9, 900, 100), judgements(0.6, 600, 400)...))
		require.InDelta(t, 0, c.at, 0.05)
		require.InDelta(t, 1, c.slope, 0.05)
	})
	t.Run("who claims too much is", func(t *testing.T) {
		t.Parallel()
		claims := append(judgements(0.95, 700, 300), judgements(0.8, 550, 450)...)
		corrected := refit(claims).apply(claims)
		require.Less(t, figures(corrected).Calibration.ECE, 0.02)
		require.Greater(t, figures(claims).Calibration.ECE, 0.2)
	})
}

func TestRun(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	for i := range 60 {
		for _, r := range [][2]string{
			{"billing", "refund"}, {"technical", "error"}, {"general", "parcel"},
		} {
			a, b := rune('a'+i%26), rune('a'+i/26)
			text := fmt.Sprintf("%s zo%c%c ka%c%c mu%c%c", r[1], a, b, b, a, a, a) // no near-duplicates
			fmt.Fprintf(&rows, `{"title": %q, "description": %q, "category": %q, "source": "shop"}`+"\n",
				text, text, r[0])
		}
	}
	path := filepath.Join(t.TempDir(), "tickets.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(rows.String()), 0o600))

	t.Run("it names each source, each file and the worst source", func(t *testing.T) {
		t.Parallel()
		var out strings.Builder
		require.NoError(t, run(t.Context(), &out, []string{path}, drawing{}))
		require.Regexp(t, `tickets\.jsonl shop +180 +1\.000`, out.String())
		require.Regexp(t, `all of tickets\.jsonl +180 +1\.000`, out.String())
		require.Contains(t, out.String(),
			"worst of those with at least 150 tickets: accuracy 1.000 (tickets.jsonl shop)")
	})
	t.Run("it trains with some rows and asks about the others", func(t *testing.T) {
		t.Parallel()
		var out strings.Builder
		require.NoError(t, run(t.Context(), &out, []string{path}, drawing{rows: 120, draws: 1, seed: 1}))
		require.Regexp(t, `tickets\.jsonl +1 +120 +60 +1\.000`, out.String())
	})
	t.Run("no file is refused", func(t *testing.T) {
		t.Parallel()
		require.ErrorContains(t, run(t.Context(), &strings.Builder{}, nil, drawing{}), "name at least one file")
	})
}
