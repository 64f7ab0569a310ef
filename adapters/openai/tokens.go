package openai

import (
	"math"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// tokens is the answer as the model wrote it, token by token; the content begins at byte start of it. The zero value stands for
// a server that gives no log-probabilities, or none that fit its answer.
type tokens struct {
	list  []token
	start int
}

// token is a step of the answer. What the model might have written instead is read for the few steps only where it counts.
type token struct {
	alternative
	others jsontext.Value
}

type alternative struct {
	text   string
	chance float64
}

// wireToken is an entry of "logprobs.content" and, without its last member, of "top_logprobs".
type wireToken struct {
	Token       string         `json:"token"`
	Logprob     *float64       `json:"logprob"`
	Bytes       jsontext.Value `json:"bytes"`
	TopLogprobs jsontext.Value `json:"top_logprobs"`
}

// readTokens finds the content in what the tokens add up to: some servers count the end mark or hidden thoughts as tokens too.
func readTokens(raw jsontext.Value, content string) tokens {
	var wire struct {
		Content []wireToken `json:"content"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &wire, lenient()) != nil {
		return tokens{}
	}
	t := tokens{list: make([]token, len(wire.Content))}
	var whole strings.Builder
	for i, w := range wire.Content {
		a, ok := w.alternative()
		if !ok {
			return tokens{}
		}
		t.list[i] = token{a, w.TopLogprobs}
		whole.WriteString(a.text)
	}
	if t.start = strings.LastIndex(whole.String(), content); t.start < 0 {
		return tokens{}
	}
	return t
}

// alternatives are the other texts of this step; most servers repeat its own among them. ok is false if they cannot be read.
func (t token) alternatives() (others []alternative, ok bool) {
	if len(t.others) == 0 {
		return nil, true
	}
	var wire []wireToken
	if json.Unmarshal(t.others, &wire, lenient()) != nil {
		return nil, false
	}
	for _, w := range wire {
		a, ok := w.alternative()
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

// alternative goes by the token's bytes where its text may not show them: halves of characters are written as escapes or as U+FFFD.
func (w wireToken) alternative() (alternative, bool) {
	if w.Logprob == nil || *w.Logprob > slack {
		return alternative{}, false
	}
	a := alternative{w.Token, min(math.Exp(*w.Logprob), 1)}
	if !strings.ContainsAny(w.Token, "\\\ufffd") {
		return a, true
	}
	var bytes []uint16 // a []byte would be read as base64
	if len(w.Bytes) > 0 && json.Unmarshal(w.Bytes, &bytes) != nil {
		return alternative{}, false
	}
	if len(bytes) == 0 {
		return a, true
	}
	text := make([]byte, len(bytes))
	for i, b := range bytes {
		text[i] = byte(b)
	}
	a.text = string(text)
	return a, true
}
