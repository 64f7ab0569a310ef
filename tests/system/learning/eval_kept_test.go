package learning_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
)

func TestEval_WhatIsPaidForIsKept(t *testing.T) {
	t.Parallel()
	t.Run("a path that nothing can be written to is found before the model is asked", func(t *testing.T) {
		t.Parallel()
		m, env := withModel(t)
		dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few())})
		status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--yes", "--report",
			"no/page.html", "--outcomes", "nor/out.jsonl")
		require.Equal(t, 1, status)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "--report: write no/page.html: no such file or directory\n")
		require.Contains(t, stderr, "--outcomes: write nor/out.jsonl: no such file or directory\n")
		require.Zero(t, m.Hits())
	})
	t.Run("a full disk takes neither the figures nor the other file along", func(t *testing.T) {
		t.Parallel()
		dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few())})
		status, stdout, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl", "--report", "page.html",
			"--outcomes", "/dev/full")
		require.Equal(t, 1, status)
		require.Contains(t, stdout, "6 tickets, 6 classified")
		require.Contains(t, stderr, "--outcomes: write /dev/full: no space left on device")
		require.FileExists(t, filepath.Join(dir, "page.html"))
	})
	t.Run("an interrupted run writes the outcomes that it has", func(t *testing.T) {
		t.Parallel()
		for _, classifier := range []string{"openai", "cascade"} {
			m, env := withModel(t)
			m.BehaveFor("Where is it?", modelserver.Slow(time.Hour, 0, modelserver.Right())) // the last of them
			dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few())})
			env["PWD"], env["CASCADE_THRESHOLD"] = dir, "1"
			p := process.Start(t, env, "eval", "--data", "tickets.jsonl", "--classifier", classifier, "--yes",
				"--concurrency", "1", "--outcomes", "out.jsonl")
			require.Eventually(t, func() bool { return m.Hits() == 6 }, limit, 10*time.Millisecond, "%s", p.Stderr())
			require.Equal(t, 1, p.Terminate(limit))
			require.Equal(t, "the outcomes of 5 of 6 tickets are in out.jsonl\nticketd: interrupted\n",
				afterEstimate(p.Stderr()))
			kept, err := os.ReadFile(filepath.Join(dir, "out.jsonl"))
			require.NoError(t, err)
			require.Equal(t, 5, strings.Count(string(kept), `"text_hash"`))

			status, stdout, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl", "--compare", "out.jsonl",
				"--json")
			require.Zero(t, status, stderr)
			require.Equal(t, 1, decode(t, stdout).Compared.Comparison.Missing)
		}
	})
}

// afterEstimate cuts the line about the cost.
func afterEstimate(stderr string) string {
	_, rest, _ := strings.Cut(stderr, "\n")
	return rest
}

func TestEval_IDsThatStandTwice(t *testing.T) {
	t.Parallel()
	rows := append(few(), few()[0])
	for i, id := range []string{"1", "1", "1 (2)", "1", "1 (2)", "1 (4)", "1"} {
		rows[i].ID = id
	}
	dir := folder(t, map[string]string{"tickets.jsonl": lines(t, rows)})
	status, stdout, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl", "--compare", "local", "--json")
	require.Zero(t, status, stderr)
	c := decode(t, stdout).Compared.Comparison
	require.Zero(t, c.Missing)
	require.Equal(t, 7, c.BothRight+len(c.BothWrong))
}
