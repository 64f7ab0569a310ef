package dialects

import (
	"fmt"

	"ticketd/tests/support/modelserver"
)

// OpenAI itself.
//
// Errors: https://platform.openai.com/docs/guides/error-codes,
// https://github.com/openai/openai-cookbook/issues/844 (no quota),
// https://github.com/openai/openai-dotnet/issues/404 (throttled),
// https://github.com/chathub-dev/chathub/issues/126 (too long).
var openAI = Dialect{
	Name: "openai", Base: "/v1", Model: "gpt-4o-mini", Answer: openAIAnswer, Confidence: ByTokens,
	Troubles: openAITroubles,
}

func openAIAnswer(c modelserver.Call, _ bool) document {
	content := verdict(c)
	choice := says(document{"content": content, "refusal": nil, "annotations": list{}},
		"stop").with("logprobs", logprobs(c, content))
	return completion(c, choice, document{"model": c.Request.Model + "-2024-07-18", "service_tier": "default",
		"system_fingerprint": "fp_560af6e559"})
}

var openAITroubles = []Trouble{
	{"throttled", "classifier_throttled", after("1", openAIError(429,
		"Rate limit reached for gpt-4o-mini in organization org-4f4f on tokens per min (TPM): Limit "+
			"100000, Used 96749, Requested 19126. Please try again in 9.525s. Visit "+
			"https://platform.openai.com/account/rate-limits to learn more.", "tokens", nil,
		"rate_limit_exceeded"))},
	{"no money", "classifier_quota", openAIError(429, "You exceeded your current quota, please check "+
		"your plan and billing details. For more information on this error, read the docs: "+
		"https://platform.openai.com/docs/guides/error-codes/api-errors.",
		"insufficient_quota", nil, "insufficient_quota")},
	{"bad key", "classifier_key", openAIError(401, "Incorrect API key provided: sk-imita********cdef. "+
		"You can find your API key at https://platform.openai.com/account/api-keys.",
		"invalid_request_error", nil, "invalid_api_key")},
	{"unknown model", "classifier_refused", openAIError(404, "The model `gpt-5o` does not exist or you "+
		"do not have access to it.",
		"invalid_request_error", nil, "model_not_found")},
	{"too long", "text_too_long", openAIError(400, "This model's maximum context length is 4097 tokens. "+
		"However, your messages resulted in 429400 tokens. Please reduce the length of the messages.",
		"invalid_request_error", "messages",
		"context_length_exceeded")},
	{"broken", "classifier_unavailable", openAIError(500, "The server had an error while processing "+
		"your request. Sorry about that!", "server_error", nil, nil)},
	// https://platform.openai.com/docs/guides/structured-outputs#refusals
	{"refused", "answer_refused", reply(200, document{"object": "chat.completion", "choices": list{
		says(document{"content": nil, "refusal": "I'm sorry, I cannot assist with that request."}, "stop")},
		"usage": document{"prompt_tokens": 81, "completion_tokens": 11}})},
}

// OpenAI's reasoning models: o3, o4-mini, gpt-5.
//
// Temperature: https://github.com/gabrii/Cursor-Azure-GPT-5/issues/33. Log-probabilities, a 403 that names no
// parameter: https://github.com/confident-ai/deepeval/pull/2184. max_tokens:
// https://github.com/BerriAI/litellm/issues/8199. Thoughts of 1152 and 1408 tokens before an answer of 120,
// nothing but an empty content when they reach the bound: https://github.com/covan-ai/covan/pull/112.
var openAIReasoning = Dialect{
	Name: "openai-reasoning", Base: "/v1", Model: "gpt-5-mini", Thinks: 1408,
	Refusals: []Refusal{
		refuse(openAIError(400, "Unsupported parameter: 'max_tokens' is not supported with this model. "+
			"Use 'max_completion_tokens' instead.",
			"invalid_request_error", "max_tokens", "unsupported_parameter"), "max_tokens"),
		refuseTemperature(unsupportedTemperature),
		refuse(openAIError(403, "You are not allowed to request logprobs from this model",
			"invalid_request_error", nil, nil), "logprobs"),
	},
	Answer: openAIReasoned, Confidence: ByModel, Refused: 2, Troubles: openAITroubles,
}

func unsupportedTemperature(t float64) modelserver.Reply {
	return openAIError(400, fmt.Sprintf("Unsupported value: 'temperature' does not support %g with this "+
		"model. Only the default (1) value is supported.", t),
		"invalid_request_error", "temperature", "unsupported_value")
}

func openAIReasoned(c modelserver.Call, spent bool) document {
	content, finish := verdict(c), "stop"
	if spent {
		content, finish = "", "length"
	}
	d := completion(c, says(document{"content": content, "refusal": nil, "annotations": list{}}, finish))
	usage := d["usage"].(document)
	usage["completion_tokens_details"] = document{"reasoning_tokens": 1408, "accepted_prediction_tokens": 0,
		"rejected_prediction_tokens": 0}
	return d
}

// OpenAI's first reasoning models, which take no system message and no form.
//
// Role: https://github.com/microsoft/agent-framework/issues/1077. Schema:
// https://github.com/langchain-ai/langchainjs/issues/7593. Temperature:
// https://github.com/OpenHands/OpenHands/issues/4131. The answer comes in a fence, as no form is enforced.
var openAIO1Mini = Dialect{
	Name: "openai-o1-mini", Base: "/v1", Model: "o1-mini", Thinks: 1408,
	Refusals: []Refusal{
		refuse(openAIError(400, "Unsupported value: 'messages[0].role' does not support 'system' with "+
			"this model.",
			"invalid_request_error", "messages[0].role", "unsupported_value"), "system"),
		refuse(openAIError(400, "Unsupported parameter: 'max_tokens' is not supported with this model. "+
			"Use 'max_completion_tokens' instead.",
			"invalid_request_error", "max_tokens", "unsupported_parameter"), "max_tokens"),
		refuseTemperature(unsupportedTemperature),
		refuse(openAIError(400, "Invalid parameter: 'response_format' of type 'json_schema' is not "+
			"supported with this model. Learn more about supported models at the Structured Outputs "+
			"guide: https://platform.openai.com/docs/guides/structured-outputs",
			"invalid_request_error", nil, nil), "json_schema"),
		refuse(openAIError(400, "Invalid parameter: 'response_format' of type 'json_object' is not "+
			"supported with this model.",
			"invalid_request_error", "response_format", nil), "json_object"),
		refuse(openAIError(403, "You are not allowed to request logprobs from this model",
			"invalid_request_error", nil, nil), "logprobs"),
	},
	Answer: func(c modelserver.Call, spent bool) document {
		d := openAIReasoned(c, spent)
		if !spent {
			d["choices"].(list)[0].(document)["message"].(document)["content"] = fenced(short(c))
		}
		return d
	},
	Confidence: ByModel, Refused: 5, Troubles: openAITroubles,
}
