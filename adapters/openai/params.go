package openai

import (
	"encoding/json"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"
)

// parameter is a bit for each thing that a server may reject.
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

// topLogprobs is the most that common servers give; the three labels of a list are rarely further down.
const topLogprobs = 5

// params writes a call in the form. The old name max_tokens stands for max_completion_tokens where a server
// rejects that, any JSON object for the schema.
func (c *Classifier) params(message string, f form) sdk.ChatCompletionNewParams {
	p := sdk.ChatCompletionNewParams{
		Model:    c.model,
		Messages: []sdk.ChatCompletionMessageParamUnion{sdk.SystemMessage(instructions), sdk.UserMessage(message)},
	}
	if !f.has(paramSystemRole) {
		message = instructions + "\n\nThe ticket:\n" + message
		p.Messages = []sdk.ChatCompletionMessageParamUnion{sdk.UserMessage(message)}
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
	if f.sends(paramReasoningEffort) {
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
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
				Name: schemaName, Strict: sdk.Bool(true), Schema: json.RawMessage(schema),
			},
		}
	case f.sends(paramResponseFormat):
		p.ResponseFormat.OfJSONObject = &shared.ResponseFormatJSONObjectParam{}
	}
	return p
}
