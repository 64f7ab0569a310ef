package contract_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// mutate breaks a request in one to three places and notes what must be complained about.
func (g *generator) mutate(r *request) {
	for range pick(g, 1, 1, 2, 3) {
		pick(g, g.breakBody, g.breakBody, g.breakQuery, g.breakPath, g.breakHeader, g.breakDocument,
			g.breakMedia)(r)
	}
	if g.chance(3) {
		r.method = pick(g, "PUT", "TRACE", "BREW", "OPTIONS")
		r.status = http.StatusMethodNotAllowed
		if r.method == "OPTIONS" {
			r.status = http.StatusNoContent
		}
	}
}

// breakBody breaks one field.
func (g *generator) breakBody(r *request) {
	if r.op.body == nil {
		if r.op.strict() && r.method == http.MethodPost {
			r.header.Set("Content-Type", "application/json")
			r.fields, r.broken["x"] = map[string]any{"x": g.mark("unknown")}, true
		}
		return
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range r.op.body.Properties {
			if !yield(name) {
				return
			}
		}
	})
	name := pick(g, names...)
	switch {
	case g.chance(15):
		name = pick(g, "Title", "id", "created_by", "x", "titlé", "__proto__", "")
		r.fields[name] = pick[any](g, nil, 1, g.mark("unknown"))
	case g.chance(15) && slices.Contains(r.op.body.Required, name):
		delete(r.fields, name)
	default:
		r.fields[name] = g.wrong(name, r.op.body.Properties[name].Value)
	}
	r.broken[name] = true
}

// wrong makes a value that the contract does not allow for a field.
func (g *generator) wrong(name string, s *openapi3.Schema) any {
	anyway := []any{map[string]any{"a": 1}, []any{g.mark(name)}}
	if !s.Nullable {
		anyway = append(anyway, nil)
	}
	if !s.Type.Is(openapi3.TypeArray) || s.MinItems > 0 {
		anyway = append(anyway, []any{})
	}
	switch {
	case s.Type.Is(openapi3.TypeArray):
		return pick(g, append(anyway, 1, "x", []any{nil}, []any{[]any{1}}, []any{json.Number("1.5")},
			slices.Repeat([]any{g.list(name, s)}, 2), slices.Repeat([]any{1}, 1001))...)
	case s.Type.Is(openapi3.TypeInteger):
		return pick(g, append(anyway, "1", true, 0, -1, json.Number("1.0"), json.Number("1e3"), json.Number("1.5"),
			json.Number("-0"), json.Number("9223372036854775808"), json.Number("1e999"))...)
	case s.Type.Is(openapi3.TypeBoolean):
		if len(s.Enum) > 0 {
			anyway = append(anyway, false)
		}
		return pick(g, append(anyway, "true", 1, 0)...)
	case len(s.Enum) > 0:
		return pick(g, append(anyway, 1, true, "", g.mark(name), strings.ToUpper(words(s.Enum[0])),
			words(s.Enum[0])+" ")...)
	}
	list := append(anyway, 1, true, "a\x00"+g.mark(name))
	if s.MinLength > 0 {
		list = append(list, "", " \u00a0\t", "\x1b\u0085\x7f", "\u3164\u2800", "\u200b\ufe0f\U000e0041")
	}
	if s.MaxLength != nil {
		list = append(list, strings.Repeat("é", int(*s.MaxLength)+1),
			g.mark(name)+strings.Repeat("🎫", int(*s.MaxLength)))
	}
	if s.Format == "email" {
		list = append(list, g.mark(name), g.mark(name)+"@", "@"+g.mark(name), "A <"+g.mark(name)+"@example.com>",
			"a b"+g.mark(name)+"@example.com", g.mark(name)+"@a@b.com")
	}
	return pick(g, list...)
}

// breakQuery breaks one parameter, or sends one that there is not.
func (g *generator) breakQuery(r *request) {
	parameters := r.op.in("query")
	if len(parameters) == 0 || g.chance(15) {
		name := pick(g, "x", "Limit", "limit[]", "q2", "é")
		r.query = append(r.query, pair{name, pick(g, "", "1", g.mark("unknown"))})
		r.broken[name] = true
		return
	}
	if g.chance(10) {
		r.query = append(r.query, pair{"", pick(g, "x=%zz", "%", "a;b", "limit=%f")})
		r.broken["query"] = true
		return
	}
	p := pick(g, parameters...)
	r.query = slices.DeleteFunc(r.query, func(q pair) bool { return q.name == p.Name })
	switch {
	case g.chance(20):
		r.query = append(r.query, pair{p.Name, "1"}, pair{p.Name, pick(g, "1", "")})
	case p.Schema.Value.Type.Is(openapi3.TypeString) && len(p.Schema.Value.Enum) == 0 && p.Name != "cursor" &&
		p.Schema.Value.Format == "":
		r.query = append(r.query, pair{p.Name, ""})
	default:
		r.query = append(r.query, pair{
			p.Name, pick(g, "", g.mark(p.Name), "1.5", "-1", "99999999999999999999", "\xff", "1\x00", "null", " 1"),
		})
	}
	r.broken[p.Name] = true
}

func (g *generator) breakPath(r *request) {
	for name := range r.path {
		r.path[name] = pick(g, "0", "-1", "1.0", "+1", "01", "9223372036854775808", "1e1", g.mark(name), "\xff",
			"1\x00", "1 ", "null", "{id}", "١")
		r.broken[name] = true
	}
}

func (g *generator) breakHeader(r *request) {
	for _, p := range r.op.in("header") {
		r.header[p.Name] = pick(g, []string{"é" + g.mark(p.Name)}, []string{strings.Repeat("k", 1001)},
			[]string{""}, []string{"*", "*"}, []string{"a\tä"})
		r.broken[p.Name] = true
	}
}

// breakDocument breaks the document itself, which is then complained about whatever stands in it.
func (g *generator) breakDocument(r *request) {
	if r.op.body == nil || r.spell != nil {
		return
	}
	r.vague = true
	r.spell = pick(g,
		func(raw []byte) []byte { return raw[:len(raw)/2] },
		func(raw []byte) []byte { return append(raw, raw...) },
		func(raw []byte) []byte { return append(raw, "\x00"...) },
		func(raw []byte) []byte { return append([]byte("\xef\xbb\xbf"), raw...) },
		func([]byte) []byte { return []byte(" \n") },
		func([]byte) []byte { return []byte("[]") },
		func([]byte) []byte { return []byte(`{"title":"a","title":"b"}`) },
		func([]byte) []byte { return []byte(strings.Repeat("[", 20_000)) },
		func(raw []byte) []byte { return append(bytes.TrimRight(raw, "}\n"), ",}"...) },
		func(raw []byte) []byte { return bytes.Replace(raw, []byte(`":`), []byte("\xff\":"), 1) },
	)
}

// breakMedia declares what is no JSON, or sends too much.
func (g *generator) breakMedia(r *request) {
	if r.op.body == nil || r.status != 0 {
		return
	}
	if g.chance(30) {
		r.vague, r.status = true, http.StatusRequestEntityTooLarge
		r.spell = func(raw []byte) []byte { return append(raw, bytes.Repeat([]byte(" "), 256<<10)...) }
		return
	}
	r.header["Content-Type"] = pick(g, nil, []string{""}, []string{"text/plain"}, []string{"application/xml"},
		[]string{"application/json, text/plain"})
	r.status = http.StatusUnsupportedMediaType
}
