package dialects

import "ticketd/tests/support/modelserver"

// Together AI: log-probabilities in lists of their own, a word of its own for the end.
//
// https://docs.together.ai/reference/chat-completions-1, https://docs.together.ai/docs/logprobs. Answer:
// https://github.com/BerriAI/litellm/pull/38269. Unknown model:
// https://github.com/HeyPuter/puter/issues/3168. Too long: https://github.com/SWE-agent/SWE-agent/issues/135.
var together = Dialect{
	Name: "together", Base: "/v1", Model: "meta-llama/Llama-3.3-70B-Instruct-Turbo", Bound: "max_tokens",
	Answer: func(c modelserver.Call, _ bool) document {
		choice := says(document{"content": verdict(c), "tool_calls": list{}}, "eos").with("seed",
			9062318411338116000)
		if c.Request.Logprobs != nil && *c.Request.Logprobs {
			choice["logprobs"] = document{"token_ids": list{5018, 5588}, "tokens": list{`{"`, "category"},
				"token_logprobs": list{-0.0002, -0.0001}}
		}
		return completion(c, choice, document{"id": "okkMWqL-2kFHot-a023f60e9b77ff7e", "prompt": list{}})
	},
	Confidence: ByModel,
	Troubles: []Trouble{
		{"bad key", "classifier_key", openAIError(401, "Invalid API key provided. You can find your API "+
			"key at https://api.together.ai/settings/api-keys.",
			"invalid_request_error", nil, "invalid_api_key")},
		{"unknown model", "classifier_refused", openAIError(400, "Unable to access non-serverless model "+
			"mistralai/Mixtral-8x7B-Instruct-v0.1. Please visit "+
			"https://api.together.ai/models/mistralai/Mixtral-8x7B-Instruct-v0.1 to create and start a "+
			"new dedicated endpoint for the model.",
			"invalid_request_error", nil, "model_not_available")},
		{"too long", "text_too_long", openAIError(422, "Input validation error: `inputs` tokens + "+
			"`max_new_tokens` must be <= 8193. Given: 12001 `inputs` tokens and 2000 `max_new_tokens`",
			"invalid_request_error", nil, nil)},
	},
}
