package dialects

import "ticketd/tests/support/modelserver"

// Groq knows no log-probabilities, takes a schema for some models only, and validates JSON after the fact: a
// model that fences its answer fails every call for json_object.
//
// https://console.groq.com/docs/openai, https://console.groq.com/docs/structured-outputs,
// https://github.com/ItzCrazyKns/Vane/issues/980 (schema), https://github.com/build-with-groq/g1/pull/23
// (json_validate_failed, with a fence), https://github.com/openinterpreter/openinterpreter/issues/408
// (throttled), https://github.com/assafelovic/gpt-researcher/issues/985 (413).
var groq = Dialect{
	Name: "groq", Base: "/openai/v1", Model: "llama-3.1-8b-instant",
	Refusals: []Refusal{
		refuseGroqLogprobs,
		refuse(groqError(400, "This model does not support response format `json_schema`. See supported "+
			"models at https://console.groq.com/docs/structured-outputs#supported-models",
			"invalid_request_error",
			"response_format", nil), "json_schema"),
		refuse(reply(400, document{"error": document{
			"message": "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for " +
				"more details.", "type": "invalid_request_error",
			"code": "json_validate_failed", "failed_generation": fenced(`{"category": "billing"`),
		}}), "json_object"),
	},
	Answer: func(c modelserver.Call, _ bool) document {
		return groqAnswer(c, document{"content": fenced(short(c))})
	},
	Confidence: ByModel, Refused: 4, Troubles: groqTroubles,
}

var refuseGroqLogprobs = refuse(groqError(400, "`logprobs` is not supported with this model",
	"invalid_request_error", "logprobs", nil), "logprobs")

func groqError(status int, message, kind string, param, code any) modelserver.Reply {
	e := document{"message": message, "type": kind}
	for name, value := range map[string]any{"param": param, "code": code} {
		if value != nil {
			e[name] = value
		}
	}
	return reply(status, document{"error": e})
}

func groqAnswer(c modelserver.Call, message document) document {
	return completion(c, says(message, "stop").with("logprobs", nil), document{
		"system_fingerprint": "fp_a926bfdce1", "usage_breakdown": nil,
		"x_groq": document{"id": "req_01jrgzesnwf9jb2wr8ybqjwv5e"}, "service_tier": "on_demand",
	})
}

var groqTroubles = []Trouble{
	{"bad key", "classifier_key", groqError(401, "Invalid API Key", "invalid_request_error", nil,
		"invalid_api_key")},
	{"throttled", "classifier_throttled", after("1", groqError(429, "Rate limit reached for model "+
		"`llama-3.3-70b-versatile` in organization `org_01hs` on tokens per minute (TPM): Limit 6000, "+
		"Used 3513, Requested 3166. Please try again in 6.780999999s. Visit "+
		"https://console.groq.com/docs/rate-limits for more information.", "tokens", nil,
		"rate_limit_exceeded"))},
	{"too long", "text_too_long", groqError(413, "Request too large for model `llama-3.1-70b-versatile` "+
		"in organization `org_01hw` on tokens per minute (TPM): Limit 6000, Requested 14368, please "+
		"reduce your message size and try again.", "tokens", nil,
		"rate_limit_exceeded")},
	{"unknown model", "classifier_refused", groqError(404, "The model `llama-9` does not exist or you "+
		"do not have access to it.", "invalid_request_error", nil,
		"model_not_found")},
}

// A reasoning model with a schema, its thoughts in "reasoning".
//
// https://console.groq.com/docs/reasoning
var groqThinking = Dialect{
	Name: "groq-reasoning", Base: "/openai/v1", Model: "openai/gpt-oss-20b",
	Refusals: []Refusal{refuseGroqLogprobs},
	Answer: func(c modelserver.Call, _ bool) document {
		return groqAnswer(c, document{"content": verdict(c), "reasoning": thoughts(c)})
	},
	Confidence: ByModel, Refused: 1, Troubles: groqTroubles,
}
