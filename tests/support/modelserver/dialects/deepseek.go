package dialects

import (
	"strings"

	"ticketd/tests/support/modelserver"
)

// DeepSeek knows json_object, but no schema, and only max_tokens; the word "json" must stand in the prompt.
//
// https://api-docs.deepseek.com/api/create-chat-completion, https://api-docs.deepseek.com/guides/json_mode.
// Schema: https://github.com/bytedance/deer-flow/issues/545. Errors:
// https://api-docs.deepseek.com/quick_start/error_codes, https://github.com/nearai/ironclaw/issues/1047
// (key), https://github.com/evalstate/fast-agent/issues/621 (too long).
var deepSeek = Dialect{
	Name: "deepseek", Base: "", Model: "deepseek-chat", Bound: "max_tokens",
	Refusals: []Refusal{
		refuse(deepSeekError(400, "This response_format type is unavailable now", "invalid_request_error"),
			"json_schema"),
		func(r modelserver.Request) *modelserver.Reply {
			if r.Has("json_object") &&
				!strings.Contains(strings.ToLower(string(r.Raw[strings.Index(string(r.Raw), `"messages"`):])),
					"json") {
				return new(deepSeekError(400, "Prompt must contain the word 'json' in some form to use "+
					"'response_format' of type 'json_object'.", "invalid_request_error"))
			}
			return nil
		},
	},
	Answer: func(c modelserver.Call, _ bool) document {
		content := pretty(c)
		return completion(c, says(document{"content": content}, "stop").with("logprobs", logprobs(c,
			content)), document{"system_fingerprint": "fp_4f4f_prod0820"})
	},
	Confidence: ByTokens, Refused: 1, Troubles: deepSeekTroubles,
}

func deepSeekError(status int, message, kind string) modelserver.Reply {
	return openAIError(status, message, kind, nil, "invalid_request_error")
}

var deepSeekTroubles = []Trouble{
	{"bad key", "classifier_key", deepSeekError(401, "Authentication Fails, Your api key: ****cdef is "+
		"invalid", "authentication_error")},
	{"no money", "classifier_quota", deepSeekError(402, "Insufficient Balance", "unknown_error")},
	{"unknown model", "classifier_refused", deepSeekError(400, "Model Not Exist", "invalid_request_error")},
	{"too long", "text_too_long", deepSeekError(400, "This model's maximum context length is 131072 "+
		"tokens. However, you requested 131134 tokens (122942 in the messages, 8192 in the completion). "+
		"Please reduce the length of the messages or completion.",
		"invalid_request_error")},
	{"overloaded", "classifier_unavailable", deepSeekError(503, "Service is too busy. We advise users "+
		"to temporarily switch to alternative LLM API service providers.",
		"service_unavailable_error")},
}

// The reasoning model takes no form and no log-probabilities; temperature has no effect.
//
// https://api-docs.deepseek.com/guides/reasoning_model,
// https://github.com/gomate-community/TrustRAG/issues/140 (form),
// https://github.com/lollipopkit/flutter_gpt_box/issues/213 (parameters).
var deepSeekReasoner = Dialect{
	Name: "deepseek-reasoner", Base: "/v1", Model: "deepseek-reasoner", Bound: "max_tokens",
	Refusals: []Refusal{
		refuse(deepSeekError(400, "This response_format type is unavailable now", "invalid_request_error"),
			"json_schema"),
		refuse(deepSeekError(400, "deepseek-reasoner does not support Json Output.", "invalid_request_error"),
			"json_object"),
		refuse(deepSeekError(400, "deepseek-reasoner does not support the parameter `logprobs`",
			"invalid_request_error"), "logprobs"),
		refuse(deepSeekError(400, "deepseek-reasoner does not support the parameter `top_logprobs`",
			"invalid_request_error"), "top_logprobs"),
	},
	Answer: func(c modelserver.Call, _ bool) document {
		message := document{"content": "```json\n" + short(c) + "\n```", "reasoning_content": thoughts(c)}
		return completion(c, says(message, "stop").with("logprobs", nil))
	},
	Confidence: ByModel, Refused: 4, Troubles: deepSeekTroubles,
}

// The same model, with HTML entities in its fence.
//
// https://github.com/esengine/DeepSeek-Reasonix/pull/658
var deepSeekEntities = Dialect{
	Name: "deepseek-entities", Base: "/v1", Model: "deepseek-chat", Bound: "max_tokens",
	Answer: func(c modelserver.Call, _ bool) document {
		content := fenced(strings.ReplaceAll(short(c), `"`, "&quot;"))
		return completion(c, says(document{"content": content}, "stop").with("logprobs", nil))
	},
	Confidence: ByModel, Troubles: deepSeekTroubles,
}
