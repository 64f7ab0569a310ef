package files

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// find returns what names mean. It does the work once for the same names.
func (m *mapping) find(names []string) *mapped {
	key := strings.Join(names, "\x00")
	if c, found := m.cache[key]; found {
		return c
	}
	c := m.search(names)
	const most = 1000 // objects of JSON may all differ
	if len(m.cache) < most {
		m.cache[key] = c
	}
	return c
}

func (m *mapping) search(names []string) *mapped {
	folded, twice := make(map[string]int, len(names)), map[string]int{}
	for i, name := range names {
		f := fold(name)
		if _, found := folded[f]; found && f != "" {
			twice[f] = i
			continue
		}
		folded[f] = i
	}
	delete(folded, "")
	c := &mapped{layout: layout{names, map[string]int{}}, head: recognise(m.heads, folded)}
	for meaning, column := range m.wanted {
		if at, found := columnNamed(column, names); found {
			c.at[meaning], m.met[meaning] = at, true
		}
	}
	for _, meaning := range slices.Concat(usedMeanings, keptMeanings) {
		if _, decided := m.wanted[meaning]; decided {
			continue
		}
		at, found := oneOf(c.head.means[meaning], folded)
		if !found {
			continue
		}
		if !m.keep && slices.Contains(keptMeanings, meaning) {
			if !slices.Contains(origins, meaning) {
				c.keepable = append(c.keepable, names[at])
			}
			continue
		}
		if c.err = m.rival(c, meaning, at, folded, twice); c.err != nil {
			return c
		}
		c.at[meaning] = at
	}
	return c
}

// rival reports a second column that could have the meaning as well.
func (m *mapping) rival(c *mapped, meaning string, at int, folded, twice map[string]int) error {
	other, found := twice[fold(c.names[at])]
	if found && c.names[other] == c.names[at] {
		return fmt.Errorf("the column %q stands twice: --map %s=%s or --map %s=%s says which one is the %s",
			c.names[at], meaning, numbered(at), meaning, numbered(other), meaning)
	}
	if !found && !c.head.known() && mustBeOne(meaning, c.names[at]) {
		other, found = rivalOf(c.head.means[meaning], at, folded)
	}
	if !found {
		return nil
	}
	return fmt.Errorf("%q and %q could both be the %s: --map %s=%s or --map %s=%s decides",
		c.names[at], c.names[other], meaning, meaning, quoted(c.names[at]), meaning, quoted(c.names[other]))
}

// mustBeOne reports whether no second name for the meaning may stand beside this one.
func mustBeOne(meaning, name string) bool {
	return meaning == meansTitle || meaning == meansDescription && fold(name) != meansDescription
}

func rivalOf(names []string, at int, folded map[string]int) (other int, found bool) {
	for _, name := range names {
		if other, ok := folded[name]; ok && other != at {
			return other, true
		}
	}
	return 0, false
}

// quoted is how a shell takes a name.
func quoted(name string) string {
	if strings.ContainsAny(name, " \t'\"$&;|<>()*?#\\`!") {
		return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	return name
}

var byNumber = regexp.MustCompile(`^#([1-9][0-9]{0,5})$`)

// columnNamed finds a column by its name, exactly or else in any spelling, or by its number: #3.
func columnNamed(wanted string, names []string) (at int, found bool) {
	if at := slices.Index(names, wanted); at >= 0 {
		return at, true
	}
	if at := slices.IndexFunc(names, func(n string) bool { return fold(n) == fold(wanted) }); at >= 0 {
		return at, true
	}
	number := byNumber.FindStringSubmatch(wanted)
	if number == nil {
		return 0, false
	}
	at, err := strconv.Atoi(number[1])
	return at - 1, err == nil && at <= len(names)
}
