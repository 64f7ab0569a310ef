package redact

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// latinEnd is the end of the letters of Western languages. A value in these ends where another script begins.
const latinEnd = 0x250

// valueEnd returns where the value that begins at i ends, looking at limit bytes. After a quote the value
// goes to the next quote of its kind; tight values, as in name=value, also end at the marks that join them
// to the next.
func (v *view) valueEnd(i int, tight bool, limit int) int {
	if q := v.byteAt(i - 1); q == '"' || q == '\'' || q == '`' {
		line, _, _ := strings.Cut(v.plain[i:min(len(v.plain), i+4*nearby)], "\n")
		if n := strings.IndexByte(line, q); n > 0 {
			return i + n
		}
	}
	first, _ := utf8.DecodeRuneInString(v.plain[i:])
	rest := v.plain[i:]
	for n, r := range rest {
		next, _ := utf8.DecodeRuneInString(rest[n+utf8.RuneLen(r):])
		if n > limit || endsValue(r, next, tight) || first < latinEnd && r >= latinEnd {
			return i + n
		}
	}
	return len(v.plain)
}

func endsValue(r, next rune, tight bool) bool {
	switch r {
	case '"', '\'', '`', '<', '>', '|', '。', '、', '」', '』', '»', '“', '”':
		return true
	case '&':
		return tight
	case ',', ';':
		return tight || !isWordRune(next)
	case ')', ']', '}', '.', ':', '\\':
		return !isWordRune(next)
	}
	return unicode.IsSpace(r)
}

func isWordRune(r rune) bool { return r < latinEnd && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// isPlaceholder reports whether value only stands for one, as our own placeholders do.
func isPlaceholder(value string) bool {
	if value == "" || strings.Trim(value, "*xX.•-_ ") == "" || emptyWords[strings.ToLower(value)] {
		return true
	}
	first, _ := utf8.DecodeRuneInString(value)
	if unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
		return true // nobody can type these into a password field
	}
	isName := !strings.ContainsFunc(value, unicode.IsDigit)
	return strings.ContainsRune("[<{(", rune(value[0])) || strings.ContainsRune("$%", rune(value[0])) && isName
}

// emptyWords are what programs and people write where a password could stand.
var emptyWords = wordSet(
	"null nil none true false undefined empty required optional invalid incorrect wrong expired " +
		"missing reset changed forgotten forgot unknown hidden redacted protected encrypted string text " +
		"password passwort vergessen falsch abgelaufen ungultig oublie incorrect expire olvidada " +
		"incorrecta caducada esquecida incorreta dimenticata errata scaduta vergeten verkeerd zapomniane " +
		"bledne")

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// kinds counts the characters of a value by their kind.
type kinds struct{ n, upper, lower, digits, symbols int }

func (k kinds) letters() int { return k.upper + k.lower }

func kindsOf(value string) kinds {
	var k kinds
	for _, r := range value {
		k.n++
		switch {
		case unicode.IsDigit(r):
			k.digits++
		case unicode.IsUpper(r):
			k.upper++
		case unicode.IsLetter(r):
			k.lower++
		case !strings.ContainsRune("-_.'/:!?", r): // these stand in and after ordinary words
			k.symbols++
		}
	}
	return k
}

// isMixed reports whether value looks like a password, unlike a word, a date or a price.
func isMixed(value string) bool {
	k := kindsOf(value)
	return k.n >= 6 && k.letters() > 0 && (k.digits > 0 || k.symbols > 0 && k.n > k.letters()+k.symbols/2)
}

// isStrong is isMixed for values further away from their announcement.
func isStrong(value string) bool {
	k := kindsOf(value)
	return k.n >= 8 && k.digits > 0 && k.letters() > 0 && (k.symbols > 0 || k.upper > 0 && k.lower > 0)
}

// isRandom reports whether value has a run of letters and digits that changes between these, or between
// cases, more often than names and dates do; or several shorter runs, as licence keys have.
func isRandom(value string) bool {
	const shortest, long, cases = 6, 12, 6
	const most, least = 2, 15
	mixed := 0
	others := func(r rune) bool { return r >= utf8.RuneSelf || !isAlnum(byte(r)) }
	for run := range strings.FieldsFuncSeq(value, others) {
		switches, turns := 0, 0
		for i := 1; i < len(run); i++ {
			a, b := run[i-1], run[i]
			if isDigit(a) != isDigit(b) {
				switches++
			} else if isLetter(a) && (a^b)&0x20 != 0 {
				turns++
			}
		}
		if len(run) >= shortest && switches >= 2 || len(run) >= long && switches >= 1 || turns >= cases {
			return true
		}
		mixed += min(switches, 1)
	}
	return mixed > most && len(value) >= least
}

// isCredentials reports whether value is that of basic authentication: user:password in Base64.
func isCredentials(value string) bool {
	b, err := base64.StdEncoding.DecodeString(value)
	return err == nil && strings.Contains(string(b), ":") && utf8.Valid(b)
}
