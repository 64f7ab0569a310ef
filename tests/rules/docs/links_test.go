// Package docs_test holds what documents refer to against what there is.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

var (
	root = filepath.Join("..", "..", "..")
	link = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	code = regexp.MustCompile("(?ms)^\\s*```.*?^\\s*```")
	// quoted is a path below a folder of the repository, without placeholders.
	quoted = regexp.MustCompile(
		"`((?:adapters|app|cmd|deploy|docs|domain|migrations|ports|tests)/[a-z0-9_./-]*)`")
)

func TestLinksOfDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	links := 0
	for _, page := range pages(t) {
		for _, found := range link.FindAllStringSubmatch(code.ReplaceAllString(read(t, page), ""), -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			links++
			path, anchor, _ := strings.Cut(found[1], "#")
			target := page
			if path != "" {
				target = filepath.Join(filepath.Dir(page), path)
			}
			_, err := os.Stat(target)
			require.NoError(t, err, "%s: %s", page, found[1])
			if anchor != "" {
				require.Contains(t, anchors(t, target), anchor, "%s: %s", page, found[1])
			}
		}
	}
	require.Greater(t, links, 30, "too few links were found to mean anything")
}

func TestPathsThatDocumentsNameExist(t *testing.T) {
	t.Parallel()
	paths := 0
	for _, page := range pages(t) {
		for _, found := range quoted.FindAllStringSubmatch(code.ReplaceAllString(read(t, page), ""), -1) {
			paths++
			_, err := os.Stat(filepath.Join(root, found[1]))
			require.NoError(t, err, "%s: %s", page, found[1])
		}
	}
	require.Greater(t, paths, 50, "too few paths were found to mean anything")
}

// pages are the documents of the repository.
func pages(t *testing.T) (list []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if err == nil && filepath.Ext(path) == ".md" {
			list = append(list, path)
		}
		return err
	}))
	return list
}

// anchors are those that GitHub makes of headings.
func anchors(t *testing.T, page string) (list []string) {
	t.Helper()
	for line := range strings.Lines(code.ReplaceAllString(read(t, page), "")) {
		heading := strings.TrimLeft(line, "#")
		if heading == line || !strings.HasPrefix(heading, " ") {
			continue
		}
		list = append(list, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(heading)))
	}
	return list
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}
