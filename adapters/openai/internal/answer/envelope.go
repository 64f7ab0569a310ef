package answer

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// completion is what counts of the server's document. Servers differ in all of it, so each part is read for
// itself: what cannot be read is as if it were not there.
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
	Delta        message        `json:"delta"` // of a server that streams whatever it is asked for
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

// maxChoices is how many choices are looked at. One is asked for.
const maxChoices = 64

// UnmarshalJSONFrom takes one choice for a list of one. What is neither is none.
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

// UnmarshalJSONFrom takes a text for a message of that content. What is neither is an empty message.
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

// message is the one that the server sent, under whatever name.
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
