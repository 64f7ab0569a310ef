package domain

import (
	"strings"
	"unicode"
)

// CleanText returns s as it is stored: VT, FF, NEL, LS and PS, line breaks that only some programs know,
// become \n; other control characters but \n, \r and \t become blanks. The number of code points stays.
func CleanText(s string) string { return strings.Map(cleanCharacter, s) }

// cleanName is CleanText for a single line: everything that CleanText replaces becomes a blank, and so do
// tabs.
func cleanName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || cleanCharacter(r) == '\n' {
			return ' '
		}
		return r
	}, s)
}

func cleanCharacter(r rune) rune {
	switch r {
	case 0, '\n', '\r', '\t': // NUL is refused, not replaced
		return r
	case '\v', '\f', '\u0085', '\u2028', '\u2029':
		return '\n'
	}
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// invisible characters show nothing by themselves: white space, control and format characters (but the signs
// that are drawn around or before digits), variation selectors, and fillers.
var (
	invisible = []*unicode.RangeTable{
		unicode.White_Space, unicode.Cc, unicode.Cf, unicode.Variation_Selector,
		unicode.Other_Default_Ignorable_Code_Point, fillers,
	}
	// fillers are drawn as nothing though Unicode does not list them as ignorable.
	fillers = &unicode.RangeTable{
		R16: []unicode.Range16{{Lo: 0x2800, Hi: 0x2800, Stride: 1}}, // BRAILLE PATTERN BLANK
		R32: []unicode.Range32{
			{Lo: 0x13441, Hi: 0x13442, Stride: 1}, // EGYPTIAN HIEROGLYPH FULL BLANK and HALF BLANK
			{Lo: 0x16FE4, Hi: 0x16FE4, Stride: 1}, // KHITAN SMALL SCRIPT FILLER
			{Lo: 0x1D159, Hi: 0x1D159, Stride: 1}, // MUSICAL SYMBOL NULL NOTEHEAD
		},
	}
)

// IsBlank reports whether s shows nothing.
func IsBlank(s string) bool { return !strings.ContainsFunc(s, isVisible) }

func isVisible(r rune) bool {
	return !unicode.In(r, invisible...) || unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}
