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

const csvHint = "a CSV must have commas, semicolons or tabs between the columns"

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

// columns refuses a header row without one of the required names.
func (v vocabulary) columns(names []string) (layout, error) {
	names = tidy(names)
	c, err := v.fields(names)
	if err != nil {
		return layout{}, err
	}
	for _, name := range v.required {
		if _, found := c.at[name]; !found {
			return layout{}, fmt.Errorf("there is no column %s among %s: %s", name, list(names), csvHint)
		}
	}
	return c, nil
}

// fields refuses two names with one meaning.
func (v vocabulary) fields(names []string) (layout, error) {
	c := layout{names, make(map[string]int, len(v.byFolded))}
	for i, name := range names {
		meaning := v.byFolded[fold(name)]
		if meaning == "" {
			continue
		}
		if before, twice := c.at[meaning]; twice && names[before] == name {
			return layout{}, fmt.Errorf("the column %q stands twice", name)
		} else if twice {
			return layout{}, fmt.Errorf("%q and %q mean the same", names[before], name)
		}
		c.at[meaning] = i
	}
	return c, nil
}

func (v vocabulary) known(names []string) int {
	n := 0
	for _, name := range names {
		if v.byFolded[fold(strings.TrimSpace(name))] != "" {
			n++
		}
	}
	return n
}
