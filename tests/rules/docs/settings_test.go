package docs_test

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheTableHasEverySetting(t *testing.T) {
	t.Parallel()
	example, sections := read(t, filepath.Join(root, ".env.example")), regexp.MustCompile(`(?m)^# --- (.+?) -+$`)
	last := sections.FindAllStringSubmatchIndex(example, -1)
	require.NotEmpty(t, last)
	end := last[len(last)-1]
	require.Equal(t, "compose.yaml alone", example[end[2]:end[3]], "what follows is no setting of the program")
	table := read(t, filepath.Join(root, "docs", "settings.md"))
	names := regexp.MustCompile(`(?m)^([A-Z_]+)=`).FindAllStringSubmatch(example[:end[0]], -1)
	require.Greater(t, len(names), 30, "too few settings were found to mean anything")
	for _, name := range names {
		require.Contains(t, table, "`"+name[1]+"`", "docs/settings.md")
	}
}
