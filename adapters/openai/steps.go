package openai

import (
	"maps"
	"slices"
)

// steps are the parameters in the order in which an unexplained failure is looked into.
var steps = []struct {
	parameter
	name, cost string   // cost is what calls lose without the parameter
	words      []string // the servers' names for it, in lower case
}{
	{paramTopLogprobs, "top_logprobs", "confidences are a little less exact", []string{
		"top_logprobs", "toplogprobs",
	}},
	{paramLogprobs, "logprobs", "confidences are the model's own figures", []string{
		"logprobs", "logprob", "log_probs", "log probabilities", "log-probabilities", "log-probs", "log probs",
		"responselogprobs",
	}},
	{paramJSONSchema, "json_schema", "the answer's form is only asked for, not enforced", formatWords},
	{paramResponseFormat, "response_format", "the answer's form is only asked for in words", formatWords},
	{paramTemperature, "temperature", "answers may differ from call to call", []string{"temperature"}},
	{paramReasoningEffort, "reasoning_effort", "AI_REASONING_EFFORT has no effect", []string{
		"reasoning_effort", "reasoning effort", "reasoning.effort", "thinking",
	}},
	{paramMaxCompletionTokens, "max_completion_tokens", "the older max_tokens is sent", []string{
		"max_completion_tokens", "max_output_tokens", "maxoutputtokens",
	}},
	{paramMaxTokens, "max_tokens", "nothing bounds the size of an answer", []string{
		"max_tokens", "max_output_tokens", "maxoutputtokens",
	}},
	{paramSystemRole, "system role", "the instructions stand in the user message", []string{
		"system role", "system message", "system prompt", "system instruction", "developer instruction",
		"role system", "role: system", "'system' role", "role 'system'", "roles must alternate", "\"system\"",
		"should be 'user' or 'assistant'",
	}},
}

var formatWords = []string{
	"response_format", "response format", "json_schema", "json schema", "json_object", "json mode",
	"structured output", "structured outputs", "structured-output", "guided_json", "guided decoding",
	"guided_decoding", "guided generation", "additionalproperties", "invalid schema", "grammar",
	"responseschema", "response_schema", "responsemimetype", "xgrammar", "outlines", "json output",
	"json_output", "json_validate_failed", "failed to generate json",
}

func nameOf(p parameter) string {
	for _, s := range steps {
		if s.parameter == p {
			return s.name
		}
	}
	return ""
}

// suspects returns what calls leave out after unexplained failures, one after the other. All at once comes
// second, as a ticket has few attempts: what did no harm is soon tried again.
func suspects(sent form) []parameter {
	var list []parameter
	all := paramResponseFormat
	for _, s := range steps {
		if s.parameter == paramMaxTokens || !sent.sends(s.parameter) {
			continue
		}
		all |= s.parameter
		switch s.parameter {
		case paramTopLogprobs, paramSystemRole, paramMaxCompletionTokens: // rarely to blame alone
		default:
			list = append(list, s.parameter)
		}
	}
	if len(list) < 2 {
		return list
	}
	return slices.Insert(list, 1, all)
}

// Report is what a Classifier has learnt about its server.
type Report struct {
	Dropped []Dropped
	// FromTokens reports whether the last verdict's confidence came from the tokens' log-probabilities.
	FromTokens bool
}

// Dropped is a parameter that the server rejects.
type Dropped struct {
	Parameter string // "logprobs"
	Why       string // in our words
	Cost      string // what is lost by it
}

// Report returns what is known about the server by now.
func (c *Classifier) Report() Report {
	return Report{Dropped: c.dialect.report(), FromTokens: c.fromTokens.Load()}
}

// report lists the dropped parameters in the order of steps.
func (d *dialect) report() []Dropped {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []Dropped
	for _, s := range steps {
		if known := d.dropped[s.parameter]; known != nil {
			list = append(list, Dropped{s.name, known.why, s.cost})
		}
	}
	return list
}

// ParameterNames returns the names that Options.Dropped may be called with.
func ParameterNames() []string {
	names := map[string]bool{}
	for _, s := range steps {
		names[s.name] = true
	}
	return slices.Sorted(maps.Keys(names))
}
