// Package answer reads the verdict out of a server's document: bytes in, a verdict or a failure out.
package answer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxModelName is longer than any name in use.
const maxModelName = 100

// IsModelName reports whether s may be what a server calls its model.
func IsModelName(s string) bool {
	return s != "" && len(s) <= maxModelName && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// UsualTokens is what a verdict with its reason takes.
const UsualTokens = 80
