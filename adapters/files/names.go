package files

import (
	"fmt"
	"slices"
	"strings"
)

// Names are the fields that a kind of file has a meaning for. Case does not matter, nor do "_", "-" and
// blanks after the first character: External-ID is external_id.
type Names struct {
	Required []string // a CSV without one of these columns is refused
	Optional []string
}

const csvHint = "a CSV must have commas between the columns, LF or CRLF at the " +
	"end of a line, and be UTF-8, or UTF-16 with a byte order mark"

// vocabulary finds names by their folded form.
type vocabulary struct {
	required []string
	byFolded map[string]string
}

func (n Names) vocabulary() vocabulary {
	v := vocabulary{n.Required, make(map[string]string, len(n.Required)+len(n.Optional))}
	for _, name := range slices.Concat(n.Required, n.Optional) {
		v.byFolded[fold(name)] = name
	}
	return v
}

var separators = strings.NewReplacer("_", "", "-", "", " ", "")

func fold(name string) string {
	first, rest := name, ""
	if len(name) > 0 {
		first, rest = name[:1], name[1:]
	}
	return strings.ToLower(first + separators.Replace(rest))
}

// match returns the meaning of each name as it is written, "" where it has none. Two names with one meaning
// are an error.
func (v vocabulary) match(written []string) (meanings []string, err error) {
	by := make(map[string]string, len(v.byFolded))
	meanings = make([]string, len(written))
	for i, name := range written {
		meaning := v.byFolded[fold(name)]
		if before, twice := by[meaning]; twice && meaning != "" {
			return nil, fmt.Errorf("%q and %q mean the same", before, name)
		}
		by[meaning], meanings[i] = name, meaning
	}
	return meanings, nil
}

// without returns the names that have no meaning.
func without(written, meanings []string) []string {
	var none []string
	for i, name := range written {
		if meanings[i] == "" {
			none = append(none, name)
		}
	}
	return none
}

// columns returns the meanings of a header row.
func (v vocabulary) columns(header []string) ([]string, error) {
	seen := make(map[string]bool, len(header))
	for i, name := range header {
		if strings.ContainsRune(name, '\r') {
			return nil, fmt.Errorf("line 1, the header row: a carriage return stands alone: %s", csvHint)
		}
		header[i] = strings.TrimSpace(name)
		if seen[header[i]] {
			return nil, fmt.Errorf("line 1: the column %q stands twice", header[i])
		}
		seen[header[i]] = true
	}
	meanings, err := v.match(header)
	if err != nil {
		return nil, fmt.Errorf("line 1: the columns %w", err)
	}
	for _, name := range v.required {
		if !slices.Contains(meanings, name) {
			return nil, fmt.Errorf("line 1: there is no column %s among %.40q: %s", name, first(header), csvHint)
		}
	}
	return meanings, nil
}

// first returns the names that fit into a message.
func first(header []string) []string { return header[:min(len(header), 10)] }
