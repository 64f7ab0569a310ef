package answer

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// tokens is the answer as the model wrote it, token by token; the content begins at its byte start. The
// zero value stands for a server that gives no log-probabilities, or none that fit its answer.
type tokens struct {
	list  []token
	start int
}

// token is a step of the answer. Only for the few steps where they count are the others read, which the
// model might have written instead.
type token struct {
	alternative
	others jsontext.Value
}

type alternative struct {
	text   string
	chance float64
}

// readTokens looks for the content in what the tokens add up to: some servers also count the end mark or
// hidden thoughts.
func readTokens(document []byte, l logprobs, content string) tokens {
	if len(l.entries) == 0 {
		return tokens{}
	}
	t := tokens{list: make([]token, len(l.entries))}
	var whole strings.Builder
	for i, e := range l.entries {
		a, ok := e.alternative(document)
		if !ok {
			return tokens{}
		}
		t.list[i] = token{a, e.others.of(document)}
		whole.WriteString(a.text)
	}
	if t.start = strings.LastIndex(whole.String(), content); t.start < 0 {
		return tokens{}
	}
	return t
}

// alternatives returns the other texts of this step; most servers repeat its own among them. ok is false if
// they cannot be read.
func (t token) alternatives() (others []alternative, ok bool) {
	if len(t.others) == 0 || t.others.Kind() == 'n' {
		return nil, true
	}
	entries, err := readEntries(jsontext.NewDecoder(bytes.NewBuffer(t.others), lenient()), usualOthers)
	if err != nil || t.others.Kind() != '[' {
		return nil, false
	}
	for _, e := range entries {
		a, ok := e.alternative(t.others)
		if !ok {
			return nil, false
		}
		if a.text != t.text {
			others = append(others, a)
		}
	}
	return others, true
}

// slack is how far rounding may raise a probability above 1.
const slack = 1e-3

// alternative goes by the token's bytes where its text may not show them: servers write halves of
// characters as escapes or as U+FFFD.
func (e entry) alternative(document []byte) (alternative, bool) {
	text, ok := e.text(document)
	logprob, err := strconv.ParseFloat(string(e.logprob.of(document)), 64)
	if !ok || err != nil || logprob > slack {
		return alternative{}, false
	}
	a := alternative{text, min(math.Exp(logprob), 1)}
	if !strings.ContainsAny(text, "\\\ufffd") {
		return a, true
	}
	var numbers []uint16 // a []byte would be read as base64
	if raw := e.bytes.of(document); len(raw) > 0 && json.Unmarshal(raw, &numbers) != nil {
		return alternative{}, false
	}
	if len(numbers) == 0 {
		return a, true
	}
	exact := make([]byte, len(numbers))
	for i, n := range numbers {
		exact[i] = byte(n)
	}
	a.text = string(exact)
	return a, true
}

// text returns "" for a missing text; ok is false if the member is something else than text.
func (e entry) text(document []byte) (text string, ok bool) {
	raw := e.token.of(document)
	if len(raw) == 0 || raw.Kind() == 'n' {
		return "", true
	}
	unquoted, _ := jsontext.AppendUnquote(nil, raw) // bad UTF-8 is replaced
	return string(unquoted), raw.Kind() == '"'
}
