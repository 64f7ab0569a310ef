package dialects

import "ticketd/tests/support/modelserver"

// OpenRouter passes a call on to one of many providers; those that know no log-probabilities leave them null.
// Once a model has begun, an error comes with status 200.
//
// Errors: https://openrouter.ai/docs/api/reference/errors-and-debugging,
// https://github.com/open-assistant-org/open-assistant/issues/80 (no money),
// https://github.com/open-webui/computer/issues/293 (throttled),
// https://github.com/anomalyco/opencode/issues/22448 (502). Log-probabilities:
// https://github.com/transkatgirl/Tapestry-Loom/issues/3.
var openRouter = Dialect{
	Name: "openrouter", Base: "/api/v1", Model: "meta-llama/llama-3.1-70b-instruct",
	Answer: func(c modelserver.Call, _ bool) document {
		return openRouterAnswer(c, document{"content": short(c), "reasoning": nil})
	},
	Confidence: ByModel, Troubles: openRouterTroubles,
}

func openRouterAnswer(c modelserver.Call, message document) document {
	message["refusal"] = nil
	choice := says(message, "stop").with("logprobs", nil).with("native_finish_reason", "stop")
	return completion(c, choice, document{"id": "gen-1764201600-4f4f4f4f", "provider": "DeepInfra",
		"system_fingerprint": nil})
}

var openRouterTroubles = []Trouble{
	{"bad key", "classifier_key", openRouterError(401, "User not found.", nil)},
	{"no money", "classifier_quota", openRouterError(402, "Insufficient credits. Add more using "+
		"https://openrouter.ai/settings/credits", document{
		"limit_source": "openrouter_credits"})},
	{"little money", "classifier_quota", openRouterError(402, "This request requires more credits, or "+
		"fewer max_tokens. You requested up to 65536 tokens, but can only afford 9. To increase, visit "+
		"https://openrouter.ai/settings/credits and upgrade to a paid account",
		document{"provider_name": nil})},
	{"throttled", "classifier_throttled", openRouterError(429, "Provider returned error", document{
		"raw": "z-ai/glm-5.3-flash is temporarily rate-limited upstream. Please retry shortly, or add " +
			"your own key to accumulate your rate limits",
		"provider_name": "BaseTen"})},
	{"broken", "classifier_unavailable", unpaid(openRouterError(502, "Network connection lost.",
		document{"error_type": "provider_unavailable"}))},
	{"broken in a choice", "classifier_unavailable", unpaid(reply(200, document{"id": "gen-1",
		"object": "chat.completion", "model": "m", "choices": list{document{
			"index": 0, "finish_reason": "error", "native_finish_reason": nil,
			"message": document{"role": "assistant", "content": "", "refusal": nil, "reasoning": nil},
			"error": document{"code": 502, "message": "Provider returned error",
				"metadata": document{"raw": "upstream error", "provider_name": "Chutes"}}}}}))},
	{"throttled with status 200", "classifier_throttled", unpaid(openRouterError(429,
		"Rate limit exceeded: free-models-per-min", nil))},
	{"flagged", "answer_refused", openRouterError(403, "Your chosen model requires moderation and your "+
		"input was flagged", document{
		"reasons": list{"harassment"}, "flagged_input": "…", "provider_name": "OpenAI",
		"model_slug": "openai/gpt-4o"})},
}

func openRouterError(code int, message string, metadata document) modelserver.Reply {
	e := document{"code": code, "message": message}
	if metadata != nil {
		e["metadata"] = metadata
	}
	return reply(code, document{"error": e, "user_id": "org_2x4f4f"})
}

// unpaid turns an error's status into 200.
func unpaid(r modelserver.Reply) modelserver.Reply {
	r.Status, r.Unpaid = 200, true
	return r
}

// A thinking model: its thoughts in two forms, the answer fenced, no figure.
//
// https://openrouter.ai/docs/use-cases/reasoning-tokens
var openRouterThinking = Dialect{
	Name: "openrouter-thinking", Base: "/api/v1", Model: "deepseek/deepseek-r1",
	Answer: func(c modelserver.Call, _ bool) document {
		return openRouterAnswer(c, document{
			"content": fenced(labels(c)), "reasoning": thoughts(c),
			"reasoning_details": list{document{"type": "reasoning.text", "text": thoughts(c),
				"index": 0}},
		})
	},
	Confidence: Unknown, Troubles: openRouterTroubles,
}
