package answer

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// completion is what counts of the server's document. Servers differ in all of it, so each part is read on
// its own: a part that cannot be read is as if it were missing.
type completion struct {
	Model   jsontext.Value `json:"model"`
	Usage   jsontext.Value `json:"usage"`
	Choices choices        `json:"choices"`

	PromptEvalCount jsontext.Value `json:"prompt_eval_count"` // Ollama's own names
	EvalCount       jsontext.Value `json:"eval_count"`
}

type choices []choice

type choice struct {
	FinishReason jsontext.Value `json:"finish_reason"`
	Logprobs     logprobs       `json:"logprobs"`
	Message      message        `json:"message"`
	Delta        message        `json:"delta"` // of a server that streams unasked
	Text         jsontext.Value `json:"text"`  // of the older completions
}

type message struct{ parts }

type parts struct {
	Content          jsontext.Value `json:"content"` // a string, or a list of typed parts
	Refusal          jsontext.Value `json:"refusal"`
	ReasoningContent jsontext.Value `json:"reasoning_content"` // vLLM, SGLang, DeepSeek, llama.cpp
	Reasoning        jsontext.Value `json:"reasoning"`         // OpenRouter, Groq, Ollama
	ReasoningDetails jsontext.Value `json:"reasoning_details"` // OpenRouter
	Thinking         jsontext.Value `json:"thinking"`
	ToolCalls        jsontext.Value `json:"tool_calls"`
	FunctionCall     jsontext.Value `json:"function_call"` // of the older API
}

// lenient lets halves of characters pass, which servers put into the texts of tokens. Repeated members are
// still refused.
func lenient() json.Options { return jsontext.AllowInvalidUTF8(true) }

// maxChoices bounds how many choices are read. One is asked for.
const maxChoices = 64

// UnmarshalJSONFrom takes a list of choices, or one choice without a list. Anything else is no choice.
func (c *choices) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	switch d.PeekKind() {
	case '{':
		*c = make(choices, 1)
		return json.UnmarshalDecode(d, &(*c)[0])
	case '[':
	default:
		return d.SkipValue()
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		if len(*c) == maxChoices || d.PeekKind() != '{' {
			if err := d.SkipValue(); err != nil {
				return err
			}
			continue
		}
		*c = append(*c, choice{})
		if err := json.UnmarshalDecode(d, &(*c)[len(*c)-1]); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// UnmarshalJSONFrom takes a message, or a text as a message of that content. Anything else is an empty
// message.
func (m *message) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	switch d.PeekKind() {
	case '{':
		return json.UnmarshalDecode(d, &m.parts)
	case '"':
		text, err := d.ReadValue()
		m.Content = text.Clone()
		return err
	default:
		return d.SkipValue()
	}
}

// message returns the message that the server sent, under whatever name.
func (c choice) message() parts {
	switch {
	case c.Message.any():
		return c.Message.parts
	case c.Delta.any():
		return c.Delta.parts
	}
	return parts{Content: c.Text}
}

func (p parts) any() bool {
	thoughts := len(p.ReasoningContent) + len(p.Reasoning) + len(p.ReasoningDetails) + len(p.Thinking)
	return len(p.Content)+len(p.Refusal)+len(p.ToolCalls)+len(p.FunctionCall)+thoughts > 0
}

// Usage returns the tokens that a document counts; error documents count them, too.
func Usage(body []byte) (input, output int) {
	var doc struct {
		Usage jsontext.Value `json:"usage"`
	}
	if json.Unmarshal(body, &doc, lenient()) != nil {
		return 0, 0
	}
	return tokensUsed(doc.Usage)
}

func (c completion) tokensUsed() (input, output int) {
	if c.Usage.Kind() == '{' {
		return tokensUsed(c.Usage)
	}
	return count(c.PromptEvalCount), count(c.EvalCount)
}

// tokensUsed reads the names of OpenAI, of Anthropic and of Ollama.
func tokensUsed(usage jsontext.Value) (input, output int) {
	var counts map[string]jsontext.Value
	if usage.Kind() != '{' || json.Unmarshal(usage, &counts, lenient()) != nil {
		return 0, 0
	}
	return count(counts["prompt_tokens"], counts["input_tokens"], counts["prompt_eval_count"]),
		count(counts["completion_tokens"], counts["output_tokens"], counts["eval_count"])
}

// count returns the first of the figures that is one. They may be fractions or strings.
func count(figures ...jsontext.Value) int {
	for _, figure := range figures {
		n, err := strconv.ParseFloat(strings.Trim(string(figure), `"`), 64)
		if err == nil && n > 0 && n <= math.MaxInt32 {
			return int(n)
		}
	}
	return 0
}
