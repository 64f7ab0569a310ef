package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// dictionaryFiles are a dictionary of few words in WordNet's form.
var dictionaryFiles = map[string]string{
	"cntlist.rev": "bill%1:10:00:: 1 9\npolicemen%1:18:00:: 1 5\nnotorius%1:10:00:: 1 4\nrefumd%1:04:00:: 1 3\n",
	"data.noun":   "  1 the licence\n00000010 10 n 02 bill 0 notorius 0 000 | a demand for money\n",
	"index.noun":  "  1 the licence\nbill n 1 0 1 1 00000010\n",
	"data.verb":   "", "index.verb": "", "data.adj": "", "index.adj": "",
}

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range dictionaryFiles {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	tickets := filepath.Join(dir, "tickets.jsonl")
	row := `{"title": "x", "description": "the Zorbit notorius zorbit", "category": "billing"}` + "\n"
	require.NoError(t, os.WriteFile(tickets, []byte(strings.Repeat(row, minTickets)), 0o600))
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out, dir, []string{tickets}))

	t.Run("a word that is taken for a misspelt one is listed with what it is read as", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, out.String(), "3\trefumds\trefunds\n")
	})
	t.Run("a synonym of a lexicon word is listed with its concept and its tickets", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, out.String(), "invoice\tbill\tnotorius\t4\t4/0/0\n")
	})
	t.Run("a word of the tickets that the lexicon does not know is counted once a ticket", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, out.String(), "zorbit\t4/0/0\n")
		require.NotContains(t, out.String(), "the\t")
	})
	t.Run("a missing dictionary is named", func(t *testing.T) {
		t.Parallel()
		require.ErrorContains(t, run(t.Context(), &out, t.TempDir(), nil), "cntlist.rev")
	})
}
