// Package fold takes case and accents off letters, so that texts and the cues that are looked for in them
// meet.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Composed joins letters with accents that stand after them (Unicode Standard Annex 15, form C).
func Composed(text string) string { return norm.NFC.String(text) }

// Repeats reports whether a title is only the beginning of the description, like those that programs make.
func Repeats(title, description string) bool {
	return strings.HasPrefix(description, strings.TrimRight(title, ". …"))
}

// Pair returns the two letters that a ligature stands for, or "".
func Pair(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	}
	return ""
}

// Rune returns r in lower case and without its accent; ok is false if r separates words.
func Rune(r rune) (folded rune, ok bool) {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return r, true
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A', true
	case r < 0x80:
		return 0, false
	case r < 0x180:
		return latin(unicode.ToLower(r))
	}
	return unicode.ToLower(r), unicode.IsLetter(r) || unicode.IsDigit(r)
}

func latin(r rune) (rune, bool) {
	switch r {
	case 'à', 'á', 'â', 'ã', 'ä', 'å', 'ā', 'ă', 'ą', 'ª':
		return 'a', true
	case 'è', 'é', 'ê', 'ë', 'ē', 'ė', 'ę', 'ě':
		return 'e', true
	case 'ì', 'í', 'î', 'ï', 'ī', 'į', 'ı':
		return 'i', true
	case 'ò', 'ó', 'ô', 'õ', 'ö', 'ø', 'ō', 'ő', 'º':
		return 'o', true
	case 'ù', 'ú', 'û', 'ü', 'ū', 'ů', 'ű':
		return 'u', true
	case 'ç', 'ć', 'č':
		return 'c', true
	case 'ñ', 'ń', 'ň':
		return 'n', true
	case 'ś', 'š', 'ş':
		return 's', true
	case 'ý', 'ÿ':
		return 'y', true
	case 'ź', 'ż', 'ž':
		return 'z', true
	}
	return r, unicode.IsLetter(r)
}

// Elided reports whether a word before an apostrophe stands for itself, as in French: "l'abonnement".
func Elided(word []byte) bool {
	switch string(word) {
	case "l", "d", "j", "n", "s", "c", "m", "t", "qu":
		return true
	}
	return false
}

// Word returns the letters and digits of a word in lower case and without accents.
func Word(word string) []byte {
	var folded []byte
	for _, r := range word {
		if pair := Pair(r); pair != "" {
			folded = append(folded, pair...)
		} else if f, ok := Rune(r); ok {
			folded = utf8.AppendRune(folded, f)
		}
	}
	return folded
}
