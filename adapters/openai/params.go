package openai

import (
	"encoding/json"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"
)

const (
	// usualBudget bounds what a run-away answer costs, in tokens. A verdict takes about 80; the rest is room for models that think
	// first, whose thoughts count too.
	usualBudget = 2000
	// maxBudget is the most that thoughts get before a model counts as one that never comes to its answer.
	maxBudget = 16000
	// minBudget is the least that holds a verdict with its reason.
	minBudget = 256
	// usualText is longer than most descriptions, in bytes.
	usualText = 2000
	// topLogprobs is the most that common servers give; the three labels of a list are rarely further down.
	topLogprobs = 5
)

// parameter is a bit for each thing that a server may not take.
type parameter uint32

const (
	paramTopLogprobs parameter = 1 << iota
	paramLogprobs
	paramTemperature
	paramMaxCompletionTokens
	paramMaxTokens
	paramJSONSchema
	paramResponseFormat
	paramReasoningEffort
	paramSystemRole // without it the instructions stand in the user message
)

// form is how a call is written, but for its ticket.
type form struct {
	without parameter
	budget  int // the size of the answer, in tokens
}

func (f form) has(p parameter) bool { return f.without&p == 0 }

// sends reports whether a call of this form has the parameter, or what stands for it.
func (f form) sends(p parameter) bool {
	switch p {
	case paramTopLogprobs:
		return f.has(paramLogprobs) && f.has(p)
	case paramMaxTokens:
		return !f.has(paramMaxCompletionTokens) && f.has(p)
	case paramJSONSchema:
		return f.has(paramResponseFormat) && f.has(p)
	default:
		return f.has(p)
	}
}

// params is a call in the form. max_tokens, the old name, stands for max_completion_tokens where that is not taken; any JSON object
// for the schema.
func (c *Classifier) params(message string, f form) sdk.ChatCompletionNewParams {
	p := sdk.ChatCompletionNewParams{
		Model:    c.model,
		Messages: []sdk.ChatCompletionMessageParamUnion{sdk.SystemMessage(instructions), sdk.UserMessage(message)},
	}
	if !f.has(paramSystemRole) {
		p.Messages = []sdk.ChatCompletionMessageParamUnion{sdk.UserMessage(instructions + "\n\nThe ticket:\n" + message)}
	}
	if f.sends(paramTemperature) {
		p.Temperature = sdk.Float(0)
	}
	if f.sends(paramLogprobs) {
		p.Logprobs = sdk.Bool(true)
	}
	if f.sends(paramTopLogprobs) {
		p.TopLogprobs = sdk.Int(topLogprobs)
	}
	if f.sends(paramReasoningEffort) && c.effort != "" {
		p.ReasoningEffort = shared.ReasoningEffort(c.effort)
	}
	switch {
	case f.sends(paramMaxCompletionTokens):
		p.MaxCompletionTokens = sdk.Int(int64(f.budget))
	case f.sends(paramMaxTokens):
		p.MaxTokens = sdk.Int(int64(f.budget))
	}
	switch {
	case f.sends(paramJSONSchema):
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
			Name: schemaName, Strict: sdk.Bool(true), Schema: json.RawMessage(schema),
		}}
	case f.sends(paramResponseFormat):
		p.ResponseFormat.OfJSONObject = &shared.ResponseFormatJSONObjectParam{}
	}
	return p
}
