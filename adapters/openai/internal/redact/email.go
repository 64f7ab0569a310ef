package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// emails looks at every @. Each search ends at the next @, so all of them together take linear time.
func (v *view) emails(spans []span) []span {
	for i := strings.IndexByte(v.plain, '@'); i >= 0; {
		if s, ok := v.email(i); ok && !v.hosts[i] {
			spans = append(spans, s)
		}
		next := strings.IndexByte(v.plain[i+1:], '@')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return spans
}

func (v *view) email(at int) (span, bool) {
	left, right := at, at+1
	apart := v.byteAt(at-1) == ' ' && v.byteAt(at+1) == ' '
	if apart {
		left, right = at-1, at+2
	}
	from := v.localStart(left)
	local := v.plain[from:left]
	to := v.domainEnd(right)
	switch {
	case local == "", to == right, local == "git": // git@host is nobody's address
		return span{}, false
	case apart && !strings.ContainsAny(local, "._0123456789"),
		apart && !strings.ContainsFunc(local, unicode.IsLetter):
		return span{}, false // "me @ example.com" is a place
	}
	return span{from, to, Email}, true
}

// maxQuoted is the longest local part that mail servers take.
const maxQuoted = 64

func (v *view) localStart(end int) int {
	if v.byteAt(end-1) == '"' {
		begin := max(0, end-1-maxQuoted)
		i := strings.LastIndexByte(v.plain[begin:end-1], '"')
		if i >= 0 && !strings.Contains(v.plain[begin+i:end], "\n") {
			return begin + i
		}
	}
	part := isLocal
	if r, _ := utf8.DecodeLastRuneInString(v.plain[:end]); !isLatin(r) && unicode.IsLetter(r) {
		part = isForeignLocal // the Latin words before it belong to the sentence, and the other way round
	}
	run := v.plain[len(strings.TrimRightFunc(v.plain[:end], part)):end]
	return end - len(strings.TrimLeft(run, ".'#*!-"))
}

func isLocal(r rune) bool {
	return isLatin(r) || '0' <= r && r <= '9' || strings.ContainsRune("._%+-'’#~$*!", r)
}

func isForeignLocal(r rune) bool {
	if r < utf8.RuneSelf || isLatin(r) {
		return '0' <= r && r <= '9' || strings.ContainsRune("._-", r)
	}
	return unicode.IsLetter(r) || unicode.IsMark(r)
}

func isLatin(r rune) bool {
	return r < utf8.RuneSelf && isLetter(byte(r)) || r >= 0xC0 && unicode.Is(unicode.Latin, r)
}

// domainEnd returns the end of the domain that begins at begin: that of the last label that can be a
// top-level domain. It returns begin if there is none.
func (v *view) domainEnd(begin int) int {
	end, labels := begin, 0
	for i := begin; ; i++ {
		n := labelLen(v.plain[i:])
		label := v.lower[i : i+n]
		labels++
		switch {
		case n == 0:
			return end
		case labels == 2 && isDigit(label[0]) && isDigit(v.plain[begin]):
			return begin // a version: name@1.2.3-rc.one
		case labels > 1 && isTopLevel(label):
			end = i + n
		}
		i += n
		if wide := "。"; end == begin && strings.HasPrefix(v.plain[i:], wide) {
			i += len(wide) - 1 // East Asian keyboards' full stop; behind a whole domain it ends a sentence
		} else if v.byteAt(i) != '.' {
			return end
		}
	}
}

// labelLen returns the length of the label with which s begins. A label is of one script: in languages
// without blanks the next word follows at once.
func labelLen(s string) int {
	first, _ := utf8.DecodeRuneInString(s)
	latin := isLatin(first) || '0' <= first && first <= '9'
	end := strings.IndexFunc(s, func(r rune) bool {
		if latin {
			return !isLatin(r) && (r < '0' || r > '9') && r != '-' && r != '_'
		}
		return isLatin(r) || !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && r != '-'
	})
	if end < 0 {
		end = len(s)
	}
	return len(strings.TrimRight(s[:end], "-_"))
}

// notTopLevel follow an @ in file names and units of systems; none of them is a domain.
var notTopLevel = regexp.MustCompile(`^(?:png|jpe?g|gif|webp|svg|ico|css|js|json|html?|java|class|kt|php|` +
	`service|socket|timer|mount|slice|scope|target|device)$`)

func isTopLevel(label string) bool {
	if strings.HasPrefix(label, "xn--") {
		return true
	}
	others := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }
	letters := utf8.RuneCountInString(label) > 1 && !strings.ContainsFunc(label, others)
	return letters && !notTopLevel.MatchString(label)
}

var bracketed = regexp.MustCompile(`[(\[{<] ?at ?[)\]}>]`)

// spelt matches an address with its marks as words: in brackets, or in plain words before a common
// top-level domain.
var spelt = regexp.MustCompile(`[a-z0-9][a-z0-9._%+-]*(?: dot [a-z0-9_-]+){0,3}(?:` +
	` ?[(\[{<] ?at ?[)\]}>] ?[a-z0-9-]+(?:(?:\.| dot | ?[(\[{<] ?(?:dot|\.) ?[)\]}>] ?)[a-z0-9-]+){1,4}` +
	`| at [a-z0-9-]+(?: dot [a-z0-9-]+){0,3} dot ` +
	`(?:com|net|org|edu|info|io|eu|de|at|ch|fr|es|it|nl|pl|uk|us|example)\b)`)

func (v *view) speltEmails(spans []span) []span {
	if !strings.Contains(v.lower, " dot ") && !bracketed.MatchString(v.lower) {
		return spans // this is cheaper to find out
	}
	for _, m := range spelt.FindAllStringIndex(v.lower, -1) {
		spans = append(spans, span{m[0], m[1], Email})
	}
	return spans
}
