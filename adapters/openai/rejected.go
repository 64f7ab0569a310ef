package openai

import (
	"slices"
	"strings"

	"ticketd/adapters/openai/internal/failure"
)

// rejected returns the parameter that the server rejects, of those in a call of the form; 0 if the failure
// is about something else. OpenAI names the parameter in the document's "param", other servers in their
// message only.
func rejected(f *failure.Failure, sent form, t ticket) parameter {
	if !f.MayReject() {
		return 0
	}
	param := strings.ToLower(f.Param)
	if p := firstNamed(param, sent, failure.Sent{}); p != 0 {
		return p
	}
	ofRole := strings.HasSuffix(param, "role") || f.Says(t.sent(), "'system'", "system role", "role")
	switch {
	case strings.HasPrefix(param, "messages") && sent.sends(paramSystemRole) && ofRole:
		return paramSystemRole
	case f.UnknownModel(t.sent()), !slices.Contains([]string{"", "body", "none", "null"}, param):
		return 0
	}
	p := firstNamed(strings.ToLower(f.Message+" "+f.Code), sent, t.sent())
	if p != 0 || !f.Says(t.sent(), parameterWords...) {
		return p
	}
	if list := suspects(sent); len(list) > 0 {
		return list[0] // the server says what it is about, but not which
	}
	return 0
}

// parameterWords are how servers reject a parameter without naming it. OpenRouter: "No endpoints found that
// can handle the requested parameters".
var parameterWords = []string{
	"requested parameters", "unsupported parameter", "unknown parameter", "extra inputs are not permitted",
	"extra fields not permitted", "unknown field",
}

// firstNamed returns the first parameter of the call that the text names, but for names that the ticket may
// have put there.
func firstNamed(text string, sent form, t failure.Sent) parameter {
	first, at := parameter(0), len(text)
	for _, s := range steps {
		if !sent.sends(s.parameter) {
			continue
		}
		for _, w := range s.words {
			if i := indexWord(text, w); i >= 0 && i < at && !t.Says(w) {
				first, at = s.parameter, i
			}
		}
	}
	return first
}

// indexWord is strings.Index for whole words.
func indexWord(s, word string) int {
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		from = i + len(word)
		before := i == 0 || !failure.IsWord(s[i-1]) || !failure.IsWord(word[0])
		after := from == len(s) || !failure.IsWord(s[from]) || !failure.IsWord(s[from-1])
		if before && after {
			return i
		}
	}
}
