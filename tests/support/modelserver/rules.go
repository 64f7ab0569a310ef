package modelserver

import (
	"encoding/json"
	"fmt"
	"strings"
)

// complaint returns the first thing that a real server would refuse, with the name of its parameter.
func (r Request) complaint() (param, why string) {
	switch {
	case r.Model == "":
		return "model", "you must provide a model parameter"
	case len(r.Messages) == 0:
		return "messages", "[] is too short - 'messages'"
	case r.Temperature != nil && (*r.Temperature < 0 || *r.Temperature > 2):
		return "temperature", "temperature must be between 0 and 2"
	case r.TopLogprobs != nil && (*r.TopLogprobs < 0 || *r.TopLogprobs > 20):
		return "top_logprobs", "top_logprobs must be between 0 and 20"
	case r.TopLogprobs != nil && (r.Logprobs == nil || !*r.Logprobs):
		return "top_logprobs", "'top_logprobs' is only allowed when 'logprobs' is enabled"
	case r.MaxTokens != nil && r.MaxCompletionTokens != nil:
		return "max_tokens", "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported"
	case r.MaxTokens != nil && *r.MaxTokens < 1:
		return "max_tokens", "max_tokens must be at least 1"
	case r.MaxCompletionTokens != nil && *r.MaxCompletionTokens < 1:
		return "max_completion_tokens", "max_completion_tokens must be at least 1"
	}
	for i, m := range r.Messages {
		if why := m.complaint(); why != "" {
			return fmt.Sprintf("messages.[%d]", i), why
		}
	}
	return r.formatComplaint()
}

func (m Message) complaint() string {
	switch m.Role {
	case "system", "developer", "user", "assistant":
	default:
		return "Invalid role"
	}
	if m.Content == "" {
		return "Invalid content: empty"
	}
	return ""
}

func (r Request) formatComplaint() (param, why string) {
	f := r.ResponseFormat
	switch {
	case f == nil, f.Type == "text":
		return "", ""
	case f.Type == "json_object":
		for _, m := range r.Messages {
			if strings.Contains(strings.ToLower(m.Content), "json") {
				return "", ""
			}
		}
		return "messages",
			"'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'"
	case f.Type != "json_schema":
		return "response_format.type", "Invalid value for 'response_format.type'"
	case f.JSONSchema == nil || f.JSONSchema.Name == "" || f.JSONSchema.Schema == nil:
		return "response_format.json_schema", "Missing required parameter: 'response_format.json_schema'"
	case f.JSONSchema.Strict:
		return "response_format", strictComplaint(f.JSONSchema.Schema)
	}
	return "", ""
}

// strictComplaint checks a strict schema for the two rules broken most: every property required, none other
// allowed.
func strictComplaint(schema []byte) string {
	var s struct {
		Type                 string                     `json:"type"`
		Properties           map[string]json.RawMessage `json:"properties"`
		Required             []string                   `json:"required"`
		AdditionalProperties *bool                      `json:"additionalProperties"`
	}
	if err := json.Unmarshal(schema, &s); err != nil || s.Type != "object" {
		return "Invalid schema: schema must have type 'object'"
	}
	if s.AdditionalProperties == nil || *s.AdditionalProperties {
		return "Invalid schema: 'additionalProperties' is required to be supplied and to be false"
	}
	for _, name := range s.Required {
		delete(s.Properties, name)
	}
	if len(s.Properties) > 0 {
		return "Invalid schema: 'required' must include every key in properties"
	}
	return ""
}
