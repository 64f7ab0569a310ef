package openai

import (
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// value is a JSON value as models write it: strings may be in single quotes or hold raw line breaks, names may stand without quotes,
// commas may trail, comments may stand between.
type value struct {
	kind    byte     // '{', '[', '"' or 'x' for a number, a literal or a bare word
	text    string   // of a string, unescaped; of 'x' as it is written
	at      int      // where text begins in the source; -1 if it is not spelt letter by letter
	members []member // of an object
	items   []value  // of an array
}

type member struct {
	name  string
	value value
}

const (
	// maxDepth bounds the stack, and with it how often a byte can be read: wrappers of real answers are two or three deep.
	maxDepth = 16
	// maxWork is how many times its own length a text may be read while objects are looked for in it.
	maxWork = 64
)

// looseReader reads values out of a text. Its work is bounded: see spent.
type looseReader struct {
	s    string
	work int // bytes read so far
}

// spent reports whether the text was read too often: nobody writes such a text but to keep the reader busy.
func (r *looseReader) spent() bool { return r.work > maxWork*len(r.s)+1<<10 }

// read returns the object or array that begins at from and where it ends; ok is false if there is none.
func (r *looseReader) read(from int) (v value, end int, ok bool) {
	end = from
	v, ok = r.value(&end, 0)
	r.work += end - from + 1
	return v, end, ok
}

func (r *looseReader) value(i *int, depth int) (value, bool) {
	if !r.blank(i) || depth > maxDepth {
		return value{}, false
	}
	switch c := r.s[*i]; {
	case c == '{':
		return r.object(i, depth)
	case c == '[':
		return r.array(i, depth)
	case isQuote(r.s[*i:]) > 0:
		return r.quoted(i)
	default:
		return r.bare(i)
	}
}

// blank passes over white space and comments; it is false at the end of the text.
func (r *looseReader) blank(i *int) bool {
	for *i < len(r.s) {
		rest := r.s[*i:]
		switch {
		case strings.ContainsRune(" \t\r\n\f\v", rune(rest[0])):
			*i++
		case strings.HasPrefix(rest, "\u00a0"), strings.HasPrefix(rest, "\ufeff"):
			_, n := utf8.DecodeRuneInString(rest)
			*i += n
		case strings.HasPrefix(rest, "//"):
			*i += lineEnd(rest)
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest, "*/")
			if n < 0 {
				*i = len(r.s)
				return false
			}
			*i += n + len("*/")
		default:
			return true
		}
	}
	return false
}

func lineEnd(s string) int {
	if n := strings.IndexByte(s, '\n'); n >= 0 {
		return n
	}
	return len(s)
}

func (r *looseReader) object(i *int, depth int) (value, bool) {
	v := value{kind: '{'}
	*i++
	for r.blank(i) {
		if r.s[*i] == '}' {
			*i++
			return v, true
		}
		name, ok := r.name(i)
		if !ok || !r.blank(i) || r.s[*i] != ':' {
			return v, false
		}
		*i++
		of, ok := r.value(i, depth+1)
		if !ok {
			return v, false
		}
		v.members = append(v.members, member{name, of})
		if !r.separated(i, '}') {
			return v, false
		}
	}
	return v, false
}

func (r *looseReader) array(i *int, depth int) (value, bool) {
	v := value{kind: '['}
	*i++
	for r.blank(i) {
		if r.s[*i] == ']' {
			*i++
			return v, true
		}
		item, ok := r.value(i, depth+1)
		if !ok {
			return v, false
		}
		v.items = append(v.items, item)
		if !r.separated(i, ']') {
			return v, false
		}
	}
	return v, false
}

// separated passes over a comma, or stops before the closing bracket.
func (r *looseReader) separated(i *int, closing byte) bool {
	if !r.blank(i) {
		return false
	}
	if r.s[*i] == ',' {
		*i++
		return true
	}
	return r.s[*i] == closing
}

func (r *looseReader) name(i *int) (string, bool) {
	if isQuote(r.s[*i:]) > 0 {
		v, ok := r.quoted(i)
		return v.text, ok
	}
	v, ok := r.bare(i)
	return v.text, ok
}

// quotes are the pairs that models use. Typographic ones come from models that were taught on typeset text.
var quotes = []struct{ open, closing string }{{`"`, `"`}, {`'`, `'`}, {"\u201c", "\u201d"}}

// isQuote returns the length of the quotation mark that s begins with, 0 if it begins with none.
func isQuote(s string) int {
	for _, q := range quotes {
		if strings.HasPrefix(s, q.open) {
			return len(q.open)
		}
	}
	return 0
}

func (r *looseReader) quoted(i *int) (value, bool) {
	n := isQuote(r.s[*i:])
	closing := `"`
	for _, q := range quotes {
		if r.s[*i:*i+n] == q.open {
			closing = q.closing
		}
	}
	*i += n
	from := *i
	for *i < len(r.s) {
		switch {
		case r.s[*i] == '\\':
			*i += 2
		case strings.HasPrefix(r.s[*i:], closing):
			raw := r.s[from:*i]
			*i += len(closing)
			if !strings.Contains(raw, `\`) {
				return value{kind: '"', text: raw, at: from}, true
			}
			return value{kind: '"', text: unescape(raw), at: -1}, true
		default:
			*i++
		}
	}
	*i = len(r.s)
	return value{}, false
}

// unescape takes escapes as JSON has them, and leaves what is none as it stands.
func unescape(raw string) string {
	raw = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, `\'`, `'`).Replace(raw)
	text, err := jsontext.AppendUnquote(nil, `"`+raw+`"`)
	if err != nil && len(text) == 0 {
		return raw
	}
	return string(text)
}

// bare reads a number, a literal or a word without quotes.
func (r *looseReader) bare(i *int) (value, bool) {
	from := *i
	for *i < len(r.s) && isBare(r.s[*i]) {
		*i++
	}
	return value{kind: 'x', text: r.s[from:*i], at: from}, *i > from
}

func isBare(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("+-._%", c) >= 0
}
