package modelserver

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// piece is the longest run of letters in one token, so that most labels span two, as with real vocabularies.
const piece = 4

// tokenise cuts text into runs of letters, single digits and runs of everything else.
func tokenise(text string) []string {
	var tokens []string
	start, last := 0, 0
	for i, r := range text {
		kind := kindOf(r)
		if i > start && (kind != last || kind == 2 || kind == 1 && i-start >= piece) {
			tokens = append(tokens, text[start:i])
			start = i
		}
		last = kind
	}
	return append(tokens, text[start:])
}

func kindOf(r rune) int {
	switch {
	case unicode.IsLetter(r):
		return 1
	case unicode.IsDigit(r):
		return 2
	default:
		return 3
	}
}

type option struct {
	text        string
	probability float64
}

// onList is the mass that the model gives to the closed list as a whole; the rest goes to a label in
// capitals.
const onList = 0.96

// The labels stand behind these, however the object is laid out.
var (
	categoryField = regexp.MustCompile(`"category"\s*:\s*"`)
	priorityField = regexp.MustCompile(`"priority"\s*:\s*"`)
)

// Tokens is the list of tokens with their log-probabilities.
func (c Completion) Tokens() []byte {
	marks := map[int][]option{}
	mark := func(field *regexp.Regexp, label string, share float64, list ...string) {
		if found := field.FindStringIndex(c.Content); found != nil {
			marks[found[1]] = spread(label, share, list)
		}
	}
	mark(categoryField, c.CategoryIs, c.CategoryPct, "billing", "technical", "general")
	mark(priorityField, c.PriorityIs, c.PriorityPct, "low", "medium", "high")
	b, at := []byte{'['}, 0
	for i, token := range tokenise(c.Content) {
		if i > 0 {
			b = append(b, ',')
		}
		options := marks[at]
		if options == nil {
			options = []option{{token, 0.9999}, {"_", 4e-5}, {"}", 3e-5}, {" the", 2e-5}, {"\n\n", 1e-5}}
		}
		at += len(token)
		if c.Odd == "shifted" {
			token += "?"
		}
		b = c.appendToken(b, token, options)
	}
	return append(b, ']')
}

// spread gives label its share, the rest of the list equal parts of what is left; each by its first token.
func spread(label string, share float64, list []string) []option {
	first := func(s string) string { return tokenise(s)[0] }
	options := []option{{first(label), onList * share}}
	for _, l := range list {
		if l != label {
			options = append(options, option{first(l), onList * (1 - share) / float64(len(list)-1)})
		}
	}
	return append(options, option{strings.ToUpper(first(label)), 1 - onList})
}

func (c Completion) appendToken(b []byte, token string, options []option) []byte {
	b = append(b, `{"token":`...)
	b = c.appendOption(b, token, options[0].probability)
	b = append(b, `,"top_logprobs":[`...)
	for i, o := range options[:min(c.Top, len(options))] {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"token":`...)
		b = append(c.appendOption(b, o.text, o.probability), '}')
	}
	return append(b, "]}"...)
}

func (c Completion) appendOption(b []byte, token string, probability float64) []byte {
	b = quote(b, token)
	logprob := -9999.0 // the provider's way to say "hardly ever"
	if probability > 0 {
		logprob = math.Log(probability)
	}
	if c.Odd == "positive" {
		logprob = -logprob
	}
	b = append(b, `,"logprob":`...)
	b = strconv.AppendFloat(b, logprob, 'g', -1, 64)
	b = append(b, `,"bytes":[`...)
	for i := range len(token) {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(token[i]), 10)
	}
	return append(b, ']')
}
