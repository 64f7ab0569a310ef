package answer

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// label takes a label that differs from the list's in case, surrounding blanks and punctuation only, alone or
// in a list of one.
func label[L any](v value, parse func(string) (L, error)) (at spelling, l L, err error) {
	if v.kind != '"' && v.kind != 'x' {
		return unspelt, l, bad("a label is not a string")
	}
	text := plain(v.text())
	if l, err = parse(strings.ToLower(text)); err != nil {
		return unspelt, l, bad("a label is not on the list") // err would repeat it
	}
	if v.kind != '"' || text != v.raw {
		return unspelt, l, nil
	}
	return spelling{v.at, text}, l, nil
}

// plain is a label without what surrounds it.
func plain(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// figure takes a number from 0 to 1, also as a string. Anything else is unknown: 95 may mean .95 or nonsense.
func (m member) figure() *float64 {
	if m.differ || m.listed {
		return nil
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(m.text()), 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1 {
		return nil
	}
	return &f
}
