package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is how many code points of a word count. It is not below MaxQuery, so no query can tell the
// difference; both engines accept lexemes of that size.
const maxWord = MaxQuery

// Words returns the normalised words of a text, in order. A word is a run of letters, digits and their marks;
// in scripts without blanks between words, each letter is a word. Case, accents and compatibility forms make
// no difference; ß is ss, every sigma the same, and the dotless i an i. A word holds nothing but letters,
// digits and marks, so that it can never be syntax.
func Words(text string) []string {
	if isASCII(text) {
		return split(strings.ToLower(text))
	}
	return split(fold(strings.Map(keep, text)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

const zeroWidthSpace = '\u200B'

// keep replaces what separates words by a blank, before normalisation turns signs such as ™ into letters. It
// drops what is invisible within a word, such as a soft hyphen.
func keep(r rune) rune {
	switch {
	case isLetter(r) || unicode.IsMark(r):
		return r
	case unicode.Is(unicode.Cf, r) && r != zeroWidthSpace:
		return -1
	default:
		return ' '
	}
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func fold(s string) string {
	return norm.NFC.String(plain(strings.ToLower(norm.NFKD.String(s))))
}

// letters have no decomposition but a usual spelling.
var letters = map[rune]string{
	'ß': "ss", 'ς': "σ", 'ı': "i", 'ł': "l", 'ø': "o", 'đ': "d", 'æ': "ae", 'œ': "oe",
}

// plain removes the accents of decomposed lower-case text.
func plain(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteByte(byte(r))
		} else if usual, ok := letters[r]; ok {
			b.WriteString(usual)
		} else if !isAccent(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isAccent reports whether r is a mark that belongs to no script: an accent, an Arabic vowel sign, a
// variation selector. Marks of a script make other letters, and so do the voicing marks of Japanese kana.
func isAccent(r rune) bool {
	return unicode.Is(unicode.Inherited, r) && unicode.IsMark(r) && r != '\u3099' && r != '\u309A'
}

// split cuts normalised text into words.
func split(s string) []string {
	var words []string
	start, single := -1, false
	end := func(at int) {
		if start >= 0 {
			words = append(words, clip(s[start:at]))
		}
		start = -1
	}
	for i, r := range s {
		switch {
		case isLetter(r):
			alone := standsAlone(r)
			if alone || single {
				end(i)
			}
			if start < 0 {
				start = i
			}
			single = alone
		case !unicode.IsMark(r):
			end(i)
		}
	}
	end(len(s))
	return words
}

// standsAlone reports whether r belongs to a script that is written without blanks between words.
func standsAlone(r rune) bool {
	const prolonged = 'ー' // of both kana, so of no script
	return r >= 0x0E00 && (r == prolonged ||
		unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer,
			unicode.Myanmar))
}

func clip(word string) string {
	if len(word) <= maxWord {
		return word
	}
	n := 0
	for i := range word {
		if n++; n > maxWord {
			return word[:i]
		}
	}
	return word
}
