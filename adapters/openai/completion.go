package openai

import (
	"bytes"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"ticketd/domain"
)

// completion is what counts of the server's document. Servers differ in all of it, so each part is read for itself: what cannot be
// read is as if it were not there.
type completion struct {
	Model   jsontext.Value `json:"model"`
	Usage   jsontext.Value `json:"usage"`
	Choices []choice       `json:"choices"`
}

type choice struct {
	FinishReason jsontext.Value `json:"finish_reason"`
	Logprobs     logprobs       `json:"logprobs"`
	Message      *message       `json:"message"`
	Delta        *message       `json:"delta"` // of a server that streams whatever it is asked for
	Text         jsontext.Value `json:"text"`  // of the older completions
}

type message struct {
	Content          jsontext.Value `json:"content"` // a string, or a list of typed parts
	Refusal          jsontext.Value `json:"refusal"`
	ReasoningContent jsontext.Value `json:"reasoning_content"` // vLLM, SGLang, DeepSeek, llama.cpp
	Reasoning        jsontext.Value `json:"reasoning"`         // OpenRouter, Groq, Ollama
	ToolCalls        jsontext.Value `json:"tool_calls"`
	FunctionCall     jsontext.Value `json:"function_call"` // of the older API
}

type toolCall struct {
	Function toolFunction `json:"function"`
}

type toolFunction struct {
	Arguments jsontext.Value `json:"arguments"` // a string by the specification, an object by some servers
}

// maxChoices is how many choices are looked at. One is asked for.
const maxChoices = 8

// cutOff is the detail of domain.ErrAnswerCutOff.
type cutOff struct{ thoughts bool }

func (c *cutOff) Error() string {
	if c.thoughts {
		return "thoughts took the size of the answer"
	}
	return "the answer reached its size limit"
}

// readAnswer completes answer from the server's document. Tokens and model are filled as far as known when it fails, too: the
// call was paid for.
// fromTokens says that the confidence is that of the tokens.
func readAnswer(answer domain.Answer, body []byte) (_ domain.Answer, fromTokens bool, _ error) {
	c, body, err := decode(body)
	if err != nil {
		return answer, false, err
	}
	if name, _ := text(c.Model); isModelName(name) {
		answer.Model = name
	}
	answer.InputTokens, answer.OutputTokens = tokensUsed(c.Usage)
	if len(c.Choices) == 0 {
		return answer, false, domain.ErrAnswerEmpty.With(errors.New("it has no choices"))
	}
	var failed error
	var labels *prediction
	for i := range c.Choices[:min(len(c.Choices), maxChoices)] {
		p, t, err := c.Choices[i].read(body)
		switch {
		case err != nil:
			failed = firstError(failed, err)
		case labels != nil && !labels.sameLabels(p):
			return domain.Answer{
				Source: answer.Source, Model: answer.Model, PromptVersion: answer.PromptVersion, InputTokens: answer.InputTokens, OutputTokens: answer.OutputTokens,
			}, false, bad("its choices differ")
		case labels == nil:
			labels = &p
			if answer.Verdict, fromTokens, err = p.verdict(t); err != nil {
				return answer, false, err
			}
		}
	}
	if labels == nil {
		return answer, false, failed
	}
	return answer, fromTokens, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// nonFinite are figures that Python's writers of JSON let through. Log-probabilities of impossible tokens are among them.
var nonFinite = regexp.MustCompile(`([\[:,]\s*)(-?Infinity|NaN)\b`)

// decode also takes what is nearly JSON, and a stream of chunks from a server that streams unasked. The returned body is what the
// positions in the completion refer to.
func decode(body []byte) (completion, []byte, error) {
	body = bytes.TrimLeft(bytes.TrimPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("\ufeff")), " \t\r\n")
	if bytes.HasPrefix(body, []byte("data:")) || bytes.HasPrefix(body, []byte(":")) {
		return decodeStream(body)
	}
	var c completion
	err := json.Unmarshal(body, &c, lenient())
	if err != nil && nonFinite.Match(body) {
		body = nonFinite.ReplaceAll(body, []byte("$1-9999")) // OpenAI's own figure for "impossible"
		c = completion{}
		err = json.Unmarshal(body, &c, lenient())
	}
	if err != nil {
		return c, nil, bad("it is not a chat completion") // err may quote the body
	}
	return c, body, nil
}

// decodeStream joins the chunks of server-sent events (https://platform.openai.com/docs/api-reference/chat-streaming).
func decodeStream(body []byte) (completion, []byte, error) {
	var whole completion
	var said strings.Builder
	var end jsontext.Value
	for line := range bytes.Lines(body) {
		data, found := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		if data = bytes.TrimSpace(data); !found || len(data) == 0 || data[0] != '{' {
			continue
		}
		var chunk completion
		if json.Unmarshal(data, &chunk, lenient()) != nil {
			return whole, nil, bad("it is not a chat completion")
		}
		if len(chunk.Model) > 0 {
			whole.Model = chunk.Model
		}
		if len(chunk.Usage) > 0 && chunk.Usage.Kind() == '{' {
			whole.Usage = chunk.Usage
		}
		if len(chunk.Choices) == 0 {
			continue
		}
		one := chunk.Choices[0]
		part, _ := text(one.message().Content)
		said.WriteString(part)
		if len(one.FinishReason) > 0 && one.FinishReason.Kind() == '"' {
			end = one.FinishReason
		}
	}
	whole.Choices = []choice{{FinishReason: end, Message: &message{Content: quote(nil, said.String())}}}
	return whole, nil, nil
}

func (c choice) message() message {
	for _, m := range []*message{c.Message, c.Delta} {
		if m != nil {
			return *m
		}
	}
	return message{Content: c.Text}
}

// The ends that mean a refusal: OpenAI's and Azure's, Gemini's, Anthropic's, Mistral's.
var refusals = []string{
	"content_filter", "safety", "recitation", "prohibited_content", "blocklist", "spii", "refusal", "sensitive", "content_filtered",
}

// The ends that mean that the answer reached its size limit.
var limits = []string{"length", "max_tokens", "max_output_tokens", "model_length"}

// read finds the verdict of one choice. What a person would take for the answer is looked at in this order: the content, the
// arguments of a tool call, and, where both are empty, the reasoning, into which some servers sort the whole answer.
func (c choice) read(body []byte) (prediction, tokens, error) {
	m := c.message()
	finish, _ := text(c.FinishReason)
	finish = strings.ToLower(finish)
	cut := isOneOf(finish, limits)
	content, thoughtPart := text(m.Content)
	if refusal, _ := text(m.Refusal); refusal != "" || isOneOf(finish, refusals) {
		return prediction{}, tokens{}, domain.ErrAnswerRefused.With(errors.New("the model or a filter refused"))
	}
	if strings.TrimSpace(content) != "" {
		p, err := parseContent(content, cut)
		if err == nil {
			return p, readTokens(body, c.Logprobs, content), nil
		}
		if cut {
			err = domain.ErrAnswerCutOff.With(&cutOff{thoughts: thinksOnly(content)})
		}
		return prediction{}, tokens{}, err
	}
	for _, call := range m.calls() {
		if p, err := parseContent(call, cut); err == nil {
			return p, tokens{}, nil
		}
	}
	reasoning, _ := text(m.ReasoningContent)
	if other, _ := text(m.Reasoning); reasoning == "" {
		reasoning = other
	}
	if reasoning == "" {
		reasoning = thoughtPart
	}
	if cut {
		return prediction{}, tokens{}, domain.ErrAnswerCutOff.With(&cutOff{thoughts: true})
	}
	// The verdict must be its last word: drafts of a model that never came to its answer do not count.
	if p, err := parseContent("<think>"+reasoning, false); reasoning != "" && err == nil {
		p.categoryAt, p.priorityAt = unspelt, unspelt
		return p, tokens{}, nil
	}
	return prediction{}, tokens{}, domain.ErrAnswerEmpty.With(errors.New("it has no text"))
}

// thinksOnly reports whether a cut-off text had not come to its answer.
func thinksOnly(content string) bool {
	f := &finder{looseReader: looseReader{s: content}}
	for i := range len(content) {
		if end, what := f.mark(i); what == beginsThought && end == 0 {
			return true
		}
		if f.spent() {
			return false
		}
	}
	return false
}

// calls returns the arguments of the tools that the model wants called.
func (m message) calls() []string {
	var list []toolCall
	if m.ToolCalls.Kind() == '[' && json.Unmarshal(m.ToolCalls, &list, lenient()) != nil {
		list = nil
	}
	var old toolFunction
	if m.FunctionCall.Kind() == '{' && json.Unmarshal(m.FunctionCall, &old, lenient()) == nil {
		list = append(list, toolCall{old})
	}
	var calls []string
	for _, c := range list[:min(len(list), maxChoices)] {
		calls = append(calls, c.Function.arguments())
	}
	return calls
}

func (f toolFunction) arguments() string {
	if f.Arguments.Kind() == '{' {
		return string(f.Arguments)
	}
	s, _ := text(f.Arguments)
	return s
}

func isOneOf(s string, list []string) bool {
	for _, other := range list {
		if s == other {
			return true
		}
	}
	return false
}

// text returns what a value says: a string, or the text of a list of typed parts (https://platform.openai.com/docs/api-reference/chat).
// Parts that hold thoughts, as Mistral and Anthropic send them, are returned apart.
func text(v jsontext.Value) (said, thought string) {
	switch v.Kind() {
	case '"':
		unquoted, _ := jsontext.AppendUnquote(nil, v) // what is no UTF-8 is replaced
		return string(unquoted), ""
	case '{':
		v = append(append(jsontext.Value{'['}, v...), ']')
	case '[':
	default:
		return "", ""
	}
	var parts []struct {
		Type     string         `json:"type"`
		Text     jsontext.Value `json:"text"`
		Content  jsontext.Value `json:"content"`
		Thinking jsontext.Value `json:"thinking"`
	}
	if json.Unmarshal(v, &parts, lenient()) != nil {
		return "", ""
	}
	for _, p := range parts {
		one, _ := text(p.Text)
		if one == "" {
			one, _ = text(p.Content)
		}
		if p.Type == "thinking" || p.Type == "reasoning" {
			if one == "" {
				one, _ = text(p.Thinking)
			}
			thought += one
			continue
		}
		said += one
	}
	return said, thought
}

// lenient lets halves of characters pass, which servers put into the texts of tokens. Repeated members are still refused.
func lenient() json.Options { return jsontext.AllowInvalidUTF8(true) }

// tokensUsed reads the names of OpenAI, of Anthropic and of Ollama. Figures may be fractions or strings.
func tokensUsed(usage jsontext.Value) (input, output int) {
	var counts map[string]jsontext.Value
	if usage.Kind() != '{' || json.Unmarshal(usage, &counts, lenient()) != nil {
		return 0, 0
	}
	return count(counts, "prompt_tokens", "input_tokens", "prompt_eval_count"), count(counts, "completion_tokens", "output_tokens", "eval_count")
}

func count(counts map[string]jsontext.Value, names ...string) int {
	for _, name := range names {
		raw := strings.Trim(string(counts[name]), `"`)
		if n, err := strconv.ParseFloat(raw, 64); err == nil && n > 0 && n <= math.MaxInt32 {
			return int(n)
		}
	}
	return 0
}

// bad is ErrBadAnswer with a reason that holds nothing of the answer, which may quote the ticket.
func bad(why string) error { return domain.ErrBadAnswer.With(errors.New(why)) }
