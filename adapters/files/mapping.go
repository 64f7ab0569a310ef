package files

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// mapping finds the fields of a ticket among the names of a file: as the user says, by the head of a known
// export, or by the usual names.
type mapping struct {
	heads  []head
	names  map[string]bool   // folded, of all heads
	wanted map[string]string // column by meaning
	keep   bool
	fit    bool // a title or description may be missing
	cache  map[string]*mapped
	met    map[string]bool // the wanted columns that stood somewhere
}

// mapped is what the names of a row mean.
type mapped struct {
	layout
	head     head
	keepable []string // columns that --keep would keep
	err      error
}

// newMapping parses wishes of the form title=Subject.
func newMapping(wishes []string, keep, fit bool) (*mapping, error) {
	heads, err := knownHeads()
	if err != nil {
		return nil, err
	}
	m := &mapping{
		heads: heads, names: map[string]bool{}, wanted: map[string]string{}, keep: keep, fit: fit,
		cache: map[string]*mapped{}, met: map[string]bool{},
	}
	for _, h := range heads {
		for _, names := range h.means {
			for _, name := range names {
				m.names[name] = true
			}
		}
	}
	for _, wish := range wishes {
		if err := m.want(wish); err != nil {
			return nil, fmt.Errorf("--map %s: %w", wish, err)
		}
	}
	return m, nil
}

func (m *mapping) want(wish string) error {
	field, column, ok := strings.Cut(wish, "=")
	meaning := meaningNamed(field)
	column = strings.TrimSpace(column)
	switch _, twice := m.wanted[meaning]; {
	case !ok || meaning == "" || column == "":
		const text = "must be FIELD=COLUMN, and FIELD one of %s"
		return fmt.Errorf(text, strings.Join(slices.Concat(usedMeanings, keptMeanings), ", "))
	case twice:
		return fmt.Errorf("%s is mapped already", meaning)
	case slices.Contains(keptMeanings, meaning) && !m.keep:
		return fmt.Errorf("only --keep brings %s along", meaning)
	}
	m.wanted[meaning] = column
	return nil
}

func meaningNamed(field string) string {
	for _, meaning := range slices.Concat(usedMeanings, keptMeanings) {
		if fold(strings.TrimSpace(field)) == fold(meaning) {
			return meaning
		}
	}
	return ""
}

// columns refuses a header row that lacks a wanted column, the title or the description.
func (m *mapping) columns(names []string) (layout, error) {
	names = tidy(names)
	c := m.find(names)
	if c.err != nil {
		return layout{}, c.err
	}
	for meaning, name := range m.wanted {
		if _, found := c.at[meaning]; !found {
			return layout{}, fmt.Errorf(
				"--map %s=%s: there is no column %q among %s", meaning, name, name, list(names),
			)
		}
		if first := slices.Index(names, name); first >= 0 && slices.Contains(names[first+1:], name) {
			second := first + 1 + slices.Index(names[first+1:], name)
			return layout{}, fmt.Errorf("--map %s=%s: the column stands twice: %s and %s tell them apart",
				meaning, name, numbered(first), numbered(second))
		}
	}
	return c.layout, m.complete(c)
}

// complete reports what is missing for a ticket.
func (m *mapping) complete(c *mapped) error {
	_, title := c.at[meansTitle]
	_, description := c.at[meansDescription]
	export := ""
	if c.head.known() {
		export = "this is an export of " + c.head.name + ": "
	}
	switch {
	case !title && !description:
		return fmt.Errorf(
			"%sno column could be the title or the description among %s: --map title=COLUMN and --map "+
				"description=COLUMN say which are; %s",
			export,
			list(c.names),
			csvHint,
		)
	case m.fit:
		return nil
	case !title:
		return fmt.Errorf(
			"%sno column could be the title among %s: --map title=COLUMN says which is, and --fit takes the first "+
				"line of the description",
			export,
			list(c.names),
		)
	case !description:
		return fmt.Errorf(
			"%sno column could be the description among %s: --map description=COLUMN says which is, and --fit takes "+
				"the title",
			export,
			list(c.names),
		)
	}
	return nil
}

func (m *mapping) fields(names []string) (layout, error) {
	c := m.find(names)
	return c.layout, c.err
}

// known counts names that may mean something somewhere, so that the right delimiter has the most.
func (m *mapping) known(names []string) int {
	n := 0
	for _, name := range names {
		name = strings.TrimSpace(name)
		if m.names[fold(name)] || m.isWanted(name) {
			n++
		}
	}
	return n
}

func (m *mapping) isWanted(name string) bool {
	for _, wanted := range m.wanted {
		if wanted == name {
			return true
		}
	}
	return false
}

// unmet returns an error for a wish that no JSON object of the file met.
func (m *mapping) unmet() error {
	var errs []error
	for meaning, name := range m.wanted {
		if !m.met[meaning] {
			errs = append(errs, fmt.Errorf("--map %s=%s: no object has a field %q", meaning, name, name))
		}
	}
	return errors.Join(errs...)
}
