// Package answer reads the verdict out of a server's document: bytes in, a verdict or a failure out. It
// takes whatever has one sensible reading, and lets nothing out that is off the closed lists or out of
// range.
package answer

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ticketd/domain"
)

// UsualTokens is what a verdict with its reason takes.
const UsualTokens = 80

// Read completes a from the server's document. Tokens and model are filled as far as known when Read fails,
// too: the call was paid for. fromTokens reports whether the confidence is that of the tokens.
func Read(a domain.Answer, body []byte) (_ domain.Answer, fromTokens bool, _ error) {
	c, body, err := decode(body)
	if err != nil {
		return a, false, err
	}
	if name := text(c.Model); IsModelName(name) {
		a.Model = name
	}
	a.InputTokens, a.OutputTokens = c.tokensUsed()
	p, t, err := c.Choices.read(body)
	if err != nil {
		return a, false, err
	}
	a.Verdict, fromTokens, err = p.verdict(t)
	return a, fromTokens, err
}

// maxModelName is longer than any name in use.
const maxModelName = 100

// IsModelName reports whether s may be what a server calls its model.
func IsModelName(s string) bool {
	unseen := func(r rune) bool { return !unicode.IsPrint(r) }
	return s != "" && len(s) <= maxModelName && utf8.ValidString(s) && !strings.ContainsFunc(s, unseen)
}

// read returns the verdict of the first choice that holds one; the others must not hold another.
func (c choices) read(body []byte) (first prediction, t tokens, err error) {
	found := false
	for _, one := range c {
		p, at, failed := one.read(body)
		switch {
		case failed != nil:
			err = cmp.Or(err, failed)
		case !found:
			first, t, found = p, at, true
		case !p.sameLabels(first):
			return prediction{}, tokens{}, bad("its choices differ")
		}
	}
	if found {
		return first, t, nil
	}
	return prediction{}, tokens{}, cmp.Or(err, because(domain.ErrAnswerEmpty, "it has no choices"))
}

// The ends that mean a refusal, in any spelling: those of OpenAI and Azure, Gemini
// (https://ai.google.dev/api/generate-content#FinishReason), Anthropic and Zhipu.
var refusals = []string{
	"content_filter", "safety", "recitation", "prohibited", "blocklist", "spii", "refusal", "sensitive",
}

// The ends that mean that the answer reached its size limit.
var limits = []string{"length", "max_tokens", "max_output_tokens", "model_length", "max_completion_tokens"}

// read returns the verdict of one choice. If its text and its tool calls are empty, read looks among the
// thoughts: some servers take the whole answer for thoughts
// (https://github.com/vllm-project/vllm/issues/48863, https://github.com/sgl-project/sglang/issues/4711).
func (c choice) read(body []byte) (prediction, tokens, error) {
	m := c.message()
	content := textsOf(m.Content, maxParts)
	end := strings.ToLower(text(c.FinishReason))
	if isRefusal(end) || strings.TrimSpace(text(m.Refusal)+content.refusal) != "" {
		return prediction{}, tokens{}, because(domain.ErrAnswerRefused, "the model or a filter refused")
	}
	cut := slices.Contains(limits, end)
	p, t, err := c.answered(body, content.answer, m.calls(), cut)
	if err == nil {
		return p, t, nil
	}
	thoughts, empty := m.thoughts(content), strings.TrimSpace(content.answer) == ""
	switch {
	case errors.Is(err, errDiffer):
	case cut:
		inThoughts := empty || thoughts != "" || thinksAloud(content.answer)
		err = domain.ErrAnswerCutOff.With(&CutOffError{Thoughts: inThoughts})
	case empty:
		// The verdict must be their last word: drafts of a model that never came to its answer do not count.
		if p, err := parseContent("<think>"+thoughts, false); err == nil {
			return p.elsewhere(), tokens{}, nil
		}
		err = because(domain.ErrAnswerEmpty, "it has no text")
		if strings.Contains(end, "error") {
			err = because(domain.ErrClassifierUnavailable, "the provider failed while it answered")
		}
	}
	return prediction{}, tokens{}, err
}

func isRefusal(end string) bool {
	return slices.ContainsFunc(refusals, func(word string) bool { return strings.Contains(end, word) })
}

// answered returns the verdict in the text of the answer and in the arguments of its tool calls.
func (c choice) answered(body []byte, content string, calls []string, cut bool) (prediction, tokens, error) {
	var t tokens
	p, err := parseContent(content, cut)
	if err == nil {
		t = readTokens(body, c.Logprobs, content)
	}
	for _, call := range calls {
		other, none := parseContent(call, cut)
		switch {
		case errors.Is(none, errDiffer), errors.Is(err, errDiffer):
			return prediction{}, tokens{}, domain.ErrBadAnswer.With(errDiffer)
		case none != nil:
		case err != nil:
			p, err = other.elsewhere(), nil
		case !other.sameLabels(p):
			return prediction{}, tokens{}, domain.ErrBadAnswer.With(errDiffer)
		}
	}
	return p, t, err
}

// CutOffError is the detail of domain.ErrAnswerCutOff.
type CutOffError struct{ Thoughts bool } // whether thoughts took the size of the answer

func (c *CutOffError) Error() string {
	if c.Thoughts {
		return "thoughts took the size of the answer"
	}
	return "the answer reached its size limit"
}

// because returns kind with a reason that holds nothing of the answer, which may quote the ticket.
func because(kind *domain.Error, why string) error { return kind.With(errors.New(why)) }

func bad(why string) error { return because(domain.ErrBadAnswer, why) }
