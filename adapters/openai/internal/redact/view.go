package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// view is a text as the rules read it: compatibility forms, digits of other scripts, accents, dashes and
// blanks in their plain form, and nothing invisible.
type view struct {
	text  string
	plain string
	lower string       // plain in lower case, byte by byte in the same place
	at    []int32      // for each byte of plain, where its character begins in text; nil if plain is text
	hosts map[int]bool // places of an @ behind userinfo
}

func newView(s string) *view {
	if isASCII(s) {
		return &view{text: s, plain: s, lower: strings.ToLower(s)}
	}
	var plain, lower strings.Builder
	plain.Grow(len(s))
	lower.Grow(len(s))
	at := make([]int32, 0, len(s))
	for i, r := range s {
		simplify(r, func(r rune) {
			small := unicode.ToLower(r)
			if utf8.RuneLen(small) != utf8.RuneLen(r) {
				small = r
			}
			n, _ := plain.WriteRune(r)
			_, _ = lower.WriteRune(small) // a Builder never fails
			for range n {
				at = append(at, int32(i)) //nolint:gosec // a ticket has far less than 2 GiB
			}
		})
	}
	return &view{text: s, plain: plain.String(), lower: lower.String(), at: at}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// simplify yields the runes that r is read as, if any.
func simplify(r rune, yield func(rune)) {
	if r < utf8.RuneSelf {
		yield(r)
		return
	}
	if parts := norm.NFKD.PropertiesString(string(r)).Decomposition(); parts != nil {
		for _, part := range string(parts) {
			simplest(part, yield)
		}
		return
	}
	simplest(r, yield)
}

func simplest(r rune, yield func(rune)) {
	switch {
	case r < utf8.RuneSelf:
		yield(r)
	case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me):
	case r == 'ᅟ', r == 'ᅠ', r == 'ㅤ': // fillers are letters that nobody sees
	case unicode.Is(unicode.Nd, r):
		yield(digit(r))
	case r == '\u2028', r == '\u2029', r == '\u0085':
		yield('\n')
	case unicode.IsSpace(r):
		yield(' ')
	case unicode.Is(unicode.Pd, r), r == '−':
		yield('-')
	default:
		yield(r)
	}
}

// digit relies on Unicode's promise that decimal digits come in runs of ten, from 0 to 9.
func digit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

func isAlnum(b byte) bool { return isDigit(b) || isLetter(b) }

// isWord reports whether b may stand in an identifier or in most keys.
func isWord(b byte) bool { return isAlnum(b) || b == '_' || b == '-' }

// byteAt returns 0 outside the text.
func (v *view) byteAt(i int) byte {
	if i < 0 || i >= len(v.plain) {
		return 0
	}
	return v.plain[i]
}

// nearby is how far a rule looks for words around its find, in bytes.
const nearby = 64

// lineBefore returns the text before i in its line, at most nearby bytes, in lower case.
func (v *view) lineBefore(i int) string {
	s := v.lower[max(0, i-nearby):i]
	return s[strings.LastIndexByte(s, '\n')+1:]
}
