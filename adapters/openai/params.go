package openai

import (
	"encoding/json"
	"sync/atomic"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"
)

const (
	// maxAnswerTokens bounds what a run-away answer costs. A verdict takes about 80; the rest is room for models that think
	// first, whose thoughts count too.
	maxAnswerTokens = 2000
	// topLogprobs is the most that common servers give; the three labels of a list are rarely further down.
	topLogprobs = 5
)

// parameter is a bit for each thing that a server may not know.
type parameter uint32

const (
	paramTopLogprobs parameter = 1 << iota
	paramLogprobs
	paramTemperature
	paramMaxCompletionTokens
	paramMaxTokens
	paramJSONSchema
	paramResponseFormat
)

// rejected are the parameters that the server has rejected in this process. It only grows.
type rejected struct{ bits atomic.Uint32 }

func (r *rejected) load() parameter { return parameter(r.bits.Load()) }

func (r *rejected) add(p parameter) { r.bits.Or(uint32(p)) }

// params is the call without what the server rejected. max_tokens, the old name, is tried after max_completion_tokens;
// any JSON object after the schema.
func (c *Classifier) params(message string, without parameter) sdk.ChatCompletionNewParams {
	p := sdk.ChatCompletionNewParams{
		Model:    c.model,
		Messages: []sdk.ChatCompletionMessageParamUnion{sdk.SystemMessage(instructions), sdk.UserMessage(message)},
	}
	has := func(bit parameter) bool { return without&bit == 0 }
	if has(paramTemperature) {
		p.Temperature = sdk.Float(0)
	}
	if has(paramLogprobs) {
		p.Logprobs = sdk.Bool(true)
	}
	if has(paramLogprobs) && has(paramTopLogprobs) {
		p.TopLogprobs = sdk.Int(topLogprobs)
	}
	switch {
	case has(paramMaxCompletionTokens):
		p.MaxCompletionTokens = sdk.Int(maxAnswerTokens)
	case has(paramMaxTokens):
		p.MaxTokens = sdk.Int(maxAnswerTokens)
	}
	switch {
	case has(paramResponseFormat) && has(paramJSONSchema):
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
			Name: schemaName, Strict: sdk.Bool(true), Schema: json.RawMessage(schema),
		}}
	case has(paramResponseFormat):
		p.ResponseFormat.OfJSONObject = &shared.ResponseFormatJSONObjectParam{}
	}
	return p
}

// sent gives what the server may have meant by each name in a call without the rejected parameters.
func sent(without parameter) map[string]parameter {
	names := map[string]parameter{"temperature": paramTemperature, "logprobs": paramLogprobs, "top_logprobs": paramTopLogprobs}
	if without&paramLogprobs != 0 {
		delete(names, "top_logprobs")
	}
	if without&paramMaxCompletionTokens == 0 {
		names["max_completion_tokens"] = paramMaxCompletionTokens
	} else {
		names["max_tokens"] = paramMaxTokens
	}
	format := paramJSONSchema
	if without&paramJSONSchema != 0 {
		format = paramResponseFormat
	}
	names["response_format"], names["json_schema"], names["json_object"] = format, format, format
	for name, bit := range names {
		if without&bit != 0 {
			delete(names, name)
		}
	}
	return names
}
