package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The text between a word and its value.
var (
	// assigned ends in a mark: `password": "`, `token =>`, `Passwort (alt): `, `<password>`.
	assigned = regexp.MustCompile(`^(?:\pL{1,3})?["'` + "`" + `\])*]{0,3}[ \t]?(?:\([^)\n]{0,20}\)[ \t]?)?` +
		`(?::=|=>|->|[:=>])[ \t\r]{0,2}\n?[ \t]{0,3}["'` + "`" + `*]{0,2}`)
	// spoken is "is" in one of our languages; those without blanks need none.
	spoken = regexp.MustCompile(`^(?:\pL{0,3}[ \t]{1,2}` +
		`(?:is|was|ist|war|lautet|est|es|e|jest|to|это|ar|er|on|are|sind|lauten|sont|son|sono|->):?[ \t]{1,2}` +
		`|[ \t]?(?:是|为|為|は|が|는|은)[ \t]?|[ \t]?(?:が|は)?[ \t]?)["'` + "`" + `«“„*]{0,2}`)
	// far passes over words in between: "password for the admin account is".
	far = regexp.MustCompile(`^[^\n.!?;:=,]{1,40}?(?:[:=]| is| ist| lautet| est| es| e| jest| это)[ \t]{1,2}` +
		`["'` + "`" + `]?`)
	flag = regexp.MustCompile(`^[ \t]+["']?`)
	// scheme is that of an Authorization header.
	scheme = regexp.MustCompile(`^(?:bearer|basic|token|api-?key|digest|negotiate)[ \t]+`)
	// userWord in the same line makes a mere word a password.
	userWord = regexp.MustCompile(`user|login|benutzer|utilis|usuario|utente|логин|用户`)
	user     = regexp.MustCompile(`^(?:-u|--user)[ \t=]+["']?([^\s:"'=]*[a-z][^\s:"'=]*:[^\s"']{4,})`)
)

// afterWords reads what follows each word that announces a secret.
func (v *view) afterWords(spans []span) []span {
	for i := 0; i < len(v.lower); i++ {
		s, ok := v.announcedAt(i)
		if !ok {
			continue
		}
		spans = append(spans, s)
		i = max(i, s.to-1)
	}
	return spans
}

func (v *view) announcedAt(i int) (span, bool) {
	if v.lower[i] == '-' {
		return v.userOption(i)
	}
	for _, w := range words[v.lower[i]] {
		n := w.matches(v.lower[i:])
		if n == 0 || !v.begins(i, w) || v.goesOn(i+n) {
			continue
		}
		if s, ok := v.announced(i, i+n, w.rule); ok {
			return s, true
		}
	}
	return span{}, false
}

// userOption finds user:password in the form of curl's option.
func (v *view) userOption(i int) (span, bool) {
	if m := user.FindStringSubmatchIndex(v.window(i)); m != nil && v.byteAt(i-1) <= ' ' {
		return span{i + m[2], i + m[3], Password}, true
	}
	return span{}, false
}

// begins reports whether the word at i is not the end of another one; in dbPassword the capital shows that.
func (v *view) begins(i int, w word) bool {
	before, _ := utf8.DecodeLastRuneInString(v.plain[:i])
	isCamel := w.text[0] < utf8.RuneSelf && unicode.IsUpper(rune(v.plain[i])) && !unicode.IsUpper(before)
	if w.whole && unicode.IsLetter(before) && !isCamel {
		return false
	}
	if strings.HasSuffix(w.text, "key") {
		front := strings.TrimRight(v.lineBefore(i), " _-")
		for _, not := range notSecret {
			if strings.HasSuffix(front, not) {
				return false
			}
		}
	}
	return true
}

// goesOn reports whether an identifier goes on behind the word: password_hash, keyboard.
func (v *view) goesOn(i int) bool {
	b := v.byteAt(i)
	return b == '_' || isDigit(b) || b == '-' && v.byteAt(i+1) != '>'
}

func (v *view) window(i int) string { return v.lower[i:min(len(v.lower), i+4*nearby)] }

func (v *view) announced(begin, end int, r rule) (span, bool) {
	after := v.window(end)
	gap := func(re *regexp.Regexp) int { return len(re.FindString(after)) }
	switch n := gap(assigned); r {
	case ruleAuthorize:
		return v.authorization(end, n)
	case ruleBearer, ruleBasic:
		return v.scheme(end, max(n, gap(flag)), r)
	case ruleToken, ruleAssigned:
		if n > 0 {
			return v.value(end+n, n == 1, Token, func(s string) bool { return len(s) >= 10 && isRandom(s) })
		}
		if n = max(gap(spoken), gap(flag)); n > 0 && r == ruleToken {
			return v.value(end+n, false, Token, func(s string) bool { return len(s) >= 16 && isRandom(s) })
		}
	case rulePassword:
		if n > 0 {
			return v.password(begin, end, n)
		}
		if n = gap(flag); n > 0 && strings.HasSuffix(v.lower[:begin], "--") {
			return v.value(end+n, false, Password, func(s string) bool { return len(s) >= 4 })
		}
		if n = gap(spoken); n > 0 || v.lower[begin] >= utf8.RuneSelf && isAlnum(v.byteAt(end)) {
			if s, ok := v.value(end+n, false, Password, isMixed); ok {
				return s, true
			}
		}
		if n = gap(far); n > 0 {
			return v.value(end+n, false, Password, isStrong)
		}
	}
	return span{}, false
}

// judged is how much of a value decides, in bytes: otherwise a text of nothing but announcing words would
// be read over and over.
const judged = 128

// value returns the secret that begins at i, if it fits.
func (v *view) value(i int, tight bool, with string, fits func(string) bool) (span, bool) {
	s := v.plain[i:v.valueEnd(i, tight, judged)]
	if isPlaceholder(s) || !fits(s) {
		return span{}, false
	}
	return span{i, v.valueEnd(i, tight, len(v.plain)), with}, true
}

// password takes anything after "password=", and a mere word if the line is nothing but "password: word" or
// also names the user.
func (v *view) password(begin, end, gap int) (span, bool) {
	tight := gap == 1 && v.plain[end] == '='
	s, ok := v.value(end+gap, tight, Password, func(s string) bool {
		k := kindsOf(s)
		alone := v.endsLine(end+gap+len(s)) && v.isLogin(begin)
		return tight && k.n >= 4 || isMixed(s) || k.n >= 6 && (k.digits == k.n || alone)
	})
	if ok {
		return s, true
	}
	const slash = " / " // between a name and the password
	if next := v.valueEnd(end+gap, tight, judged); strings.HasPrefix(v.plain[next:], slash) {
		return v.value(next+len(slash), false, Password, isMixed)
	}
	return span{}, false
}

func (v *view) endsLine(i int) bool {
	rest := strings.TrimLeft(v.plain[i:min(len(v.plain), i+nearby)], " \t\r")
	return rest == "" || rest[0] == '\n'
}

// isLogin reports whether nothing, or a user, stands before i in its line.
func (v *view) isLogin(i int) bool {
	before := v.lineBefore(i)
	return strings.Trim(before, " \t-*>") == "" || userWord.MatchString(before)
}

func (v *view) authorization(end, gap int) (span, bool) {
	if gap == 0 {
		return span{}, false
	}
	i := end + gap
	named := len(scheme.FindString(v.window(i)))
	return v.value(i+named, false, Token, func(s string) bool {
		return len(s) >= 8 && (named > 0 || isRandom(s))
	})
}

func (v *view) scheme(end, gap int, r rule) (span, bool) {
	if gap == 0 {
		return span{}, false
	}
	return v.value(end+gap, false, Token, func(s string) bool {
		if r == ruleBasic {
			return isCredentials(s)
		}
		return len(s) >= 12 && isRandom(s)
	})
}
