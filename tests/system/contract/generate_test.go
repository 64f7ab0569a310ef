package contract_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// generator makes requests out of the contract's schemas. Each text that it makes has a mark in it, by which
// it is known again.
type generator struct {
	*rand.Rand
	marks   map[string]string   // mark → the field that it was sent in
	cursors map[string][]string // path → cursors that the API gave for it
	hooks   []string            // the ids of the webhooks that there are
	used    map[string][]string // field → right values that were sent before and must not be sent twice
}

func newGenerator(seed uint64) *generator {
	return &generator{
		Rand: rand.New(rand.NewPCG(seed, 0)), marks: map[string]string{}, cursors: map[string][]string{},
		used: map[string][]string{},
	}
}

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

// mark makes a word that stands nowhere else.
func (g *generator) mark(field string) string {
	word := []byte("zq")
	for range 12 {
		word = append(word, byte('a'+g.IntN(16)))
	}
	m := string(word) + "qz"
	g.marks[m] = field
	return m
}

var alphabets = []string{
	"abc XYZ.,", "0123456789", "äöüßÉ", "日本語テキスト", "שלום \u202e", "🎫🧾👩‍💻", "e\u0301\u0302", `"'\/<>&{}[]%_;`,
	"\n\r\t a", "\u00a0\u2028\ufeffa", "\v\f\u0085\x1b\x7fa", "\U0010ffff\ufffd",
}

// text makes a text of at most so many code points with a mark in it.
func (g *generator) text(field string, most int, oneLine bool) string {
	letters := []rune(pick(g, alphabets...))
	if oneLine {
		letters = slices.DeleteFunc(letters, func(r rune) bool { return r < ' ' })
	}
	m := g.mark(field)
	length := pick(g, 0, 1, 5, 40)
	if g.chance(5) {
		length = pick(g, most-len(m), g.IntN(most-len(m)+1))
	}
	filler := make([]rune, max(0, min(length, most-len(m))))
	for i := range filler {
		filler[i] = letters[g.IntN(len(letters))]
	}
	cut := g.IntN(len(filler) + 1)
	return string(filler[:cut]) + m + string(filler[cut:])
}

// value makes what the schema allows for a field or parameter, as JSON would have it.
func (g *generator) value(name string, s *openapi3.Schema) any {
	switch {
	case name == "wait":
		return 0
	case s.Type.Is(openapi3.TypeInteger):
		return g.integer(s)
	case s.Type.Is(openapi3.TypeArray):
		return g.list(name, s)
	case len(s.Enum) > 0:
		return pick(g, s.Enum...)
	case s.Type.Is(openapi3.TypeBoolean):
		return g.chance(50)
	case s.Format == "email":
		return g.again(name, pick(g, "", "Ünï.", "a+b-")+g.mark(name)+pick(g, "@example.com", "@Mail.EXAMPLE.org",
			"@przykład.pl"))
	case s.Format == "date-time":
		return g.moment(name)
	case name == "If-Match":
		return pick(g, "*", `"1"`, `"2", "3"`, `W/"2"`, `"`+g.mark(name)+`"`)
	case name == "q": // the contract allows so many words only
		return pick(g, "", `"`, "-refund ", `a "b c" `, "';-- ", "日本 ", `\ % _ * : & | ! ( ) `) + g.mark(name) +
			pick(g, "", `"`, " -x", "*", `""`)
	case name == "after", name == "Last-Event-ID":
		return pick(g, "MS5ldmVudHMuMC4wLjA", g.mark(name)) // the first place
	case name == "url":
		return pick(g, "https://localhost/", "https://localhost:8443/hooks?a=%20&", "https://127.0.0.1/",
			"http://localhost/", "https://u:p@localhost/", "https://localhost:25/") + g.mark(name)
	case name == "type":
		return pick(g, "ticket.created", "ticket.closed,ticket.deleted", g.mark(name))
	case name == "Idempotency-Key":
		return g.again(name, pick(g, "", "a b~", "'\"%")+g.mark(name))
	}
	most := 100
	if s.MaxLength != nil {
		most = int(*s.MaxLength)
	}
	return g.text(name, most, name == "name")
}

// list makes a few elements, each once.
func (g *generator) list(name string, s *openapi3.Schema) any {
	list := []any{}
	for range int(s.MinItems) + g.IntN(3) {
		if v := g.value(name, s.Items.Value); !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// again gives a value or, now and then, one that was sent before.
func (g *generator) again(name, value string) string {
	g.used[name] = append(g.used[name], value)
	if g.chance(40) {
		return pick(g, g.used[name]...)
	}
	return value
}

func (g *generator) integer(s *openapi3.Schema) int64 {
	low, high := int64(math.MinInt64), int64(math.MaxInt64)
	if s.Min != nil {
		low = int64(*s.Min)
	}
	if s.Max != nil {
		high = int64(*s.Max)
	}
	return pick(g, low, high, min(high, low+1+g.Int64N(20)), low+g.Int64N(min(high-low, math.MaxInt64-1)+1))
}

// moment keeps from before to.
func (g *generator) moment(name string) string {
	year := 2000 + g.IntN(20)
	if name == "to" {
		year += 50
	}
	return fmt.Sprintf("%d-%02d-%02dT%02d:%02d:%02d%s%s", year, 1+g.IntN(12), 1+g.IntN(28), g.IntN(24),
		g.IntN(60), g.IntN(60),
		pick(g, "", ".5", ".123456"), pick(g, "Z", "+02:00", "-11:30"))
}

// words is a value as a parameter says it.
func words(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return v
	}
	return strings.TrimSpace(fmt.Sprint(v))
}
