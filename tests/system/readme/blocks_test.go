package readme_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// block is one fenced block of a document.
type block struct {
	page, heading string
	line          int    // of the fence
	kind          string // what stands behind the fence, such as "sh"
	file          string // the name in backquotes that a paragraph in front of it consists of: "`main.go`:"
	text          string
}

var (
	fence   = regexp.MustCompile("^```(.*)$")
	heading = regexp.MustCompile(`^#+ (.+)$`)
	named   = regexp.MustCompile("^`([^`]+)`:$")
)

// blocksOf reads a document of the repository.
func blocksOf(t *testing.T, page string) (all []block) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	require.NoError(t, err)
	var current *block
	under, before := "", ""
	for i, line := range strings.Split(string(text), "\n") {
		found := fence.FindStringSubmatch(line)
		switch {
		case found != nil && current == nil:
			current = &block{page: page, heading: under, line: i + 1, kind: found[1]}
			if name := named.FindStringSubmatch(before); name != nil {
				current.file = name[1]
			}
		case found != nil:
			all, current = append(all, *current), nil
		case current != nil:
			current.text += line + "\n"
		default:
			require.NotContains(t, line, "```", "%s:%d: a fence that is not at the line's start", page, i+1)
			require.NotRegexp(t, `^(    |\t)\S.*(ticketd|curl|go run)`, line, "%s:%d: code without a fence", page, i+1)
			if h := heading.FindStringSubmatch(line); h != nil {
				under = h[1]
			}
		}
		if line != "" {
			before = line
		}
	}
	require.Nil(t, current, "%s: a block does not end", page)
	return all
}

// at is where a document's table of contents would have it.
func (b block) at() string { return b.page + "#" + b.heading }

// commands are the commands of a block for a shell; a backslash at a line's end joins it with the next one.
func (b block) commands() (all []string) {
	for line := range strings.Lines(strings.ReplaceAll(b.text, "\\\n", "")) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}
