package answer

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// quotes are the pairs that models use; typographic ones come from typeset training texts.
var quotes = []struct{ opening, closing string }{{`"`, `"`}, {`'`, `'`}, {"\u201c", "\u201d"}}

// quoteAt returns the marks of the string with which s begins; nil if s begins with none.
func quoteAt(s string) *struct{ opening, closing string } {
	for i := range quotes {
		if strings.HasPrefix(s, quotes[i].opening) {
			return &quotes[i]
		}
	}
	return nil
}

func (r *reader) name() (value, bool) {
	if quoteAt(r.s[r.i:]) != nil {
		return r.quoted()
	}
	from := r.i
	for r.i < len(r.s) && isNameByte(r.s[r.i]) {
		r.i++
	}
	return value{kind: 'x', raw: r.s[from:r.i], at: from}, r.i > from
}

func isNameByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-'
}

func (r *reader) quoted() (value, bool) {
	mark := quoteAt(r.s[r.i:])
	r.i += len(mark.opening)
	from := r.i
	for r.i < len(r.s) {
		switch c := r.s[r.i]; {
		case c == '\\':
			r.i += 2
		case c == mark.closing[0] && strings.HasPrefix(r.s[r.i:], mark.closing):
			v := value{kind: '"', raw: r.s[from:r.i], at: from}
			r.i += len(mark.closing)
			return v, true
		default:
			r.i++
		}
	}
	r.i = len(r.s)
	return value{}, false
}

// bare reads a number, a literal, or words that should have been quoted.
func (r *reader) bare() (value, bool) {
	from := r.i
	for r.i < len(r.s) && strings.IndexByte(",}]\n{[\"", r.s[r.i]) < 0 && !isComment(r.s[r.i:]) {
		r.i++
	}
	v := value{kind: 'x', raw: strings.TrimSpace(r.s[from:r.i]), at: from}
	return v, v.raw != ""
}

func isComment(s string) bool { return strings.HasPrefix(s, "//") || strings.HasPrefix(s, "/*") }

// text returns the value without its escapes.
func (v value) text() string {
	if v.kind != '"' || !strings.Contains(v.raw, `\`) {
		return v.raw
	}
	return unescape(v.raw)
}

// asJSON turns the inside of a string as models write it into that of a JSON string.
var asJSON = strings.NewReplacer(
	`\\`, `\\`, `\"`, `\"`, `\'`, `'`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`,
)

// unescape takes the escapes out of a text; a text with an escape unknown to JSON stays as it is.
func unescape(raw string) string {
	text, err := jsontext.AppendUnquote(nil, `"`+asJSON.Replace(raw)+`"`)
	if err != nil {
		return raw
	}
	return string(text)
}
