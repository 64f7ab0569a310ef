package answer

import "strings"

// reader reads objects as models write them, and finds the verdicts in them. Strings may be in single
// quotes or hold raw line breaks, names and values may stand without quotes, commas may trail, comments may
// stand between. It never goes back, so its work grows with the text alone, and it keeps nothing of an
// object but what belongs to a verdict.
type reader struct {
	s     string
	i     int
	whole bool         // the text reaches its own end; a closing brace may be missing there
	open  int          // objects that have begun with a quoted name and a colon, and have not ended
	found []prediction // within the outermost object that is being read
	wrong error        // why an object with a label is no verdict
}

// value is what counts of a JSON value: the text of a scalar, or of the one scalar in a list or an object.
type value struct {
	kind    byte   // '{', '[', '"' or 'x' for a number, a literal or bare words
	raw     string // as written, without quotes
	at      int    // where raw begins
	wrapped bool   // the scalar stands in a list or an object

	confidence *float64 // of the label for which an object stands
}

// maxDepth bounds the stack: wrappers of real answers are two or three deep.
const maxDepth = 64

// object reads the object that begins at i. If there is none, i stands where that shows.
func (r *reader) object(depth int) (value, bool) {
	var m members
	from, open := len(r.found), r.open
	r.i++
	for depth < maxDepth && r.blank() {
		if r.s[r.i] == '}' {
			r.i++
			return r.close(&m, from, open), true
		}
		switch last, ok := r.member(&m, depth, open); {
		case last:
			return r.close(&m, from, open), true
		case !ok:
			return value{}, false
		}
	}
	return value{}, false
}

// member reads a name with its value. last reports whether nothing can follow but the closing brace, which
// is missing.
func (r *reader) member(m *members, depth, open int) (last, ok bool) {
	name, ok := r.name()
	if !ok || !r.blank() || r.s[r.i] != ':' {
		return false, false
	}
	r.i++
	if name.kind == '"' {
		r.open = open + 1
	}
	v, ok := r.value(depth + 1)
	if !ok {
		return false, false
	}
	ok = r.separated('}')
	last = !ok && r.ends(&v)
	m.set(name.text(), v)
	return last, ok
}

// ends reports whether the text ends after v, so that only closing braces are missing. It goes back to the
// mark that a bare value swallowed.
func (r *reader) ends(v *value) bool {
	if n := strings.IndexAny(v.raw, "<[◁"); v.kind == 'x' && n > 0 && !v.wrapped {
		r.i, v.raw = v.at+n, v.raw[:n]
	}
	return r.whole && onlyMarks(r.s[r.i:])
}

// close ends an object; the verdicts after from were found within it. Its own labels win over theirs: these
// may be drafts or quotations, also if the object has one label only. It returns the label for which the
// object stands.
func (r *reader) close(m *members, from, open int) value {
	r.open = open
	switch {
	case m.category.found || m.priority.found:
		r.found = r.found[:from]
		r.add(m.prediction())
	case m.named && m.arguments != "": // {"name": …, "arguments": "{…}"}
		p, err := parseContent(m.arguments, false)
		r.add(p.elsewhere(), err)
	}
	return m.label()
}

func (r *reader) add(p prediction, err error) {
	if err != nil {
		r.wrong = err
		return
	}
	r.found = append(r.found, p)
}

func (r *reader) value(depth int) (value, bool) {
	if !r.blank() {
		return value{}, false
	}
	switch c := r.s[r.i]; {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.list(depth)
	case quoteAt(r.s[r.i:]) != nil:
		return r.quoted()
	default:
		return r.bare()
	}
}

// list returns the only item of a list for the list.
func (r *reader) list(depth int) (v value, ok bool) {
	r.i++
	for n := 0; depth < maxDepth && r.blank(); n++ {
		if r.s[r.i] == ']' {
			r.i++
			if v.wrapped = true; n != 1 {
				v = value{kind: '['}
			}
			return v, true
		}
		if v, ok = r.value(depth + 1); !ok || !r.separated(']') {
			return v, false
		}
	}
	return v, false
}

// separated passes over a comma, or stops before the closing bracket.
func (r *reader) separated(closing byte) bool {
	if !r.blank() {
		return false
	}
	if r.s[r.i] == ',' {
		r.i++
		return true
	}
	return r.s[r.i] == closing
}

// blank passes over white space and comments; it returns false at the end of the text.
func (r *reader) blank() bool {
	for r.i < len(r.s) {
		rest := r.s[r.i:]
		switch {
		case rest[0] <= ' ':
			r.i++
		case strings.HasPrefix(rest, "\u00a0"):
			r.i += len("\u00a0")
		case strings.HasPrefix(rest, "//"):
			r.pass("\n")
		case strings.HasPrefix(rest, "/*"):
			r.pass("*/")
		default:
			return true
		}
	}
	return false
}

// pass goes on after the next end, or to the end of the text.
func (r *reader) pass(end string) {
	if n := strings.Index(r.s[r.i:], end); n >= 0 {
		r.i += n + len(end)
		return
	}
	r.i = len(r.s)
}
