package files

import (
	"fmt"
	"strings"
)

// header gives names of columns and of fields their meaning.
type header interface {
	// columns returns what the header row of a CSV means.
	columns(names []string) (layout, error)
	// fields returns what the names of a JSON object mean. It may lack any.
	fields(names []string) (layout, error)
	// known counts the names with a meaning.
	known(names []string) int
}

// layout is the names of a row's cells and what they mean.
type layout struct {
	names []string
	at    map[string]int // by meaning
}

// others returns the names without a meaning, each once; a nameless one is told by its number.
func (c layout) others() []string {
	meant := make([]bool, len(c.names))
	for _, i := range c.at {
		meant[i] = true
	}
	var others []string
	seen := make(map[string]bool, len(c.names))
	for i, name := range c.names {
		if meant[i] || seen[name] && name != "" || isOurNote(name) {
			continue
		}
		seen[name] = true
		if name == "" {
			name = numbered(i)
		}
		others = append(others, name)
	}
	return others
}

// numbered is how a column without a name of its own is called, and how --map may call any.
func numbered(i int) string { return fmt.Sprintf("#%d", i+1) }

// list returns the first names, for a message.
func list(names []string) string {
	const most = 12
	var text []string
	for i, name := range names {
		if name == "" {
			name = numbered(i)
		}
		text = append(text, fmt.Sprintf("%.40q", name))
		if len(text) == most && len(names) > most {
			return fmt.Sprintf("%s and %d more", strings.Join(text, ", "), len(names)-most)
		}
	}
	return strings.Join(text, ", ")
}

// tidy takes the blanks around the names of a header row away.
func tidy(names []string) []string {
	tidied := make([]string, len(names))
	for i, name := range names {
		tidied[i] = strings.TrimSpace(name)
	}
	return tidied
}
