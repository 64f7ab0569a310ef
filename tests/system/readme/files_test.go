package readme_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// provide puts the files into a folder that a reader has: labelled tickets, and an export of another program.
func provide(t *testing.T, folder string) {
	t.Helper()
	for name, content := range map[string]string{
		"tickets.jsonl": labelled(t, "spring"), "january.jsonl": labelled(t, "january"),
		"february.jsonl": labelled(t, "february"),
		"zendesk.csv":    "Id,Subject,Description\n17,Charged twice,Please refund one payment.\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
}

// labelled returns enough tickets to learn from, without near-duplicates; those of two seasons differ.
func labelled(t *testing.T, season string) string {
	t.Helper()
	words := map[string]string{"billing": "refund", "technical": "error", "general": "parcel"}
	var lines strings.Builder
	for i := range 40 {
		for category, word := range words {
			a, b := rune('a'+i%26), rune('a'+i/26)
			text := fmt.Sprintf("%s %s zo%c%c ka%c%c mu%c%c", word, season, a, b, b, a, a, a)
			line, err := json.Marshal(map[string]string{"title": text, "description": text, "category": category})
			require.NoError(t, err)
			lines.Write(append(line, '\n'))
		}
	}
	return lines.String()
}
