package files

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// findings are what a reading of a file of tickets found out about it.
type findings struct {
	seen       map[*mapped]bool
	encoding   string
	dialect    dialect
	names      []string       // of the header row
	export     string         // the name of the program that wrote it
	taken      []string       // title from "Subject"
	ignored    map[string]int // columns without a meaning, by how they stand in the file
	more       int            // ignored columns that are not in there
	keepable   map[string]bool
	html       int            // descriptions that were read as text
	tags       int            // descriptions in HTML that stayed as they are
	zoneless   bool           // a time was read that names no zone
	machine    int            // tickets whose labels a classifier gave
	categories map[string]int // that are none of ours
}

// maxIgnored bounds how many names without a meaning are kept, and how many words of others.
const maxIgnored = 50

func (f *findings) add(c *mapped) {
	if f.seen[c] {
		return
	}
	if f.ignored == nil {
		f.seen, f.ignored, f.keepable = map[*mapped]bool{}, map[string]int{}, map[string]bool{}
	}
	f.seen[c] = true
	if f.taken == nil {
		f.export = c.head.name
		f.taken = c.taken()
	}
	for _, name := range c.keepable {
		f.keepable[name] = true
	}
	for _, name := range c.others() {
		switch _, met := f.ignored[name]; {
		case met:
		case len(f.ignored) < maxIgnored:
			f.ignored[name] = len(f.ignored)
		default:
			f.more++
		}
	}
}

// taken says where the fields come from: all in another program's export, else those whose columns are called
// otherwise.
func (c *mapped) taken() []string {
	taken := []string{}
	for _, meaning := range slices.Concat(usedMeanings, keptMeanings) {
		at, found := c.at[meaning]
		if found && (c.head.known() && c.head.name != ownExport || fold(c.names[at]) != fold(meaning)) {
			name := c.names[at]
			if name == "" {
				name = numbered(at)
			}
			taken = append(taken, fmt.Sprintf("%s from %.60q", meaning, name))
		}
	}
	return taken
}

func (f *findings) unknownCategory(name string) {
	if f.categories == nil {
		f.categories = map[string]int{}
	}
	if _, met := f.categories[name]; met || len(f.categories) < maxIgnored {
		f.categories[name]++
	}
}

// Notes returns what a person should know of how the file was read, a line each: what had to be found out,
// and what was left out.
func (f *Tickets) Notes() []string {
	var notes []string
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	d := f.found
	if d.encoding != utf8Text.name {
		note("read as %s (--encoding names another)", d.encoding)
	}
	switch {
	case d.export != "" && d.export != ownExport:
		note("an export of %s: %s (--map names other columns)", d.export, strings.Join(d.taken, ", "))
	case len(d.taken) > 0:
		note("%s", strings.Join(d.taken, ", "))
	}
	if d.html > 0 {
		note("%d descriptions in HTML were read as text (--html keep leaves them as they are)", d.html)
	}
	if d.tags > 0 {
		note("%d descriptions look like HTML and stay as they are (--html text takes the tags out)", d.tags)
	}
	if d.zoneless {
		note(
			"times without a zone were read as %s (--timezone names another)",
			cmp.Or(f.options.Times.Zone, time.UTC),
		)
	}
	if len(d.ignored) > 0 {
		note("columns ignored: %s", d.ignoredList())
	}
	if len(d.keepable) > 0 {
		note("--keep would bring along: %q", slices.Sorted(maps.Keys(d.keepable)))
	}
	if d.machine > 0 {
		note("%d tickets have labels of a classifier that no person confirmed: they are no person's word and were "+
			"not kept", d.machine)
	}
	for _, name := range slices.Sorted(maps.Keys(d.categories)) {
		note("the category %.60q of %d rows is none of ours and was not kept (--value %s… says which one it is)",
			name, d.categories[name], quoted("category:"+name+"="))
	}
	return notes
}

func (f findings) ignoredList() string {
	names := slices.SortedFunc(
		maps.Keys(f.ignored),
		func(a, b string) int { return f.ignored[a] - f.ignored[b] },
	)
	text := make([]string, len(names))
	for i, name := range names {
		text[i] = fmt.Sprintf("%.60q", name)
	}
	if f.more > 0 {
		return fmt.Sprintf("[%s] and %d more", strings.Join(text, " "), f.more)
	}
	return fmt.Sprintf("[%s]", strings.Join(text, " "))
}
