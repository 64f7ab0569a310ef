package dialects

import "ticketd/tests/support/modelserver"

// Mistral refuses every parameter that it does not know, all at once, with 422.
//
// https://github.com/editor-code-assistant/eca/issues/231,
// https://github.com/mistralai/platform-docs-public/issues/7; the request by https://docs.mistral.ai/api/.
// Throttled: https://github.com/raycast/extensions/issues/31107,
// https://github.com/continuedev/continue/issues/6185.
var mistral = Dialect{
	Name: "mistral", Base: "/v1", Model: "mistral-small-latest", Refusals: []Refusal{refuseMistral},
	Answer: func(c modelserver.Call, _ bool) document {
		return completion(c, says(document{"content": verdict(c), "tool_calls": nil}, "stop"))
	},
	Confidence: ByModel, Refused: 3, Troubles: mistralTroubles,
}

func refuseMistral(r modelserver.Request) *modelserver.Reply {
	details := list{}
	for _, name := range []string{"logprobs", "max_completion_tokens", "top_logprobs"} {
		if r.Has(name) {
			details = append(details, document{"type": "extra_forbidden", "loc": list{"body", name},
				"msg": "Extra inputs are not permitted", "input": 5})
		}
	}
	if len(details) == 0 {
		return nil
	}
	return new(mistralError(422, document{"detail": details}, "invalid_request_error", nil))
}

func mistralError(status int, message any, kind string, code any) modelserver.Reply {
	return reply(status, document{"object": "error", "message": message, "type": kind, "param": nil,
		"code": code})
}

var mistralTroubles = []Trouble{
	{"bad key", "classifier_key", reply(401, document{"detail": "Unauthorized"})},
	{"throttled", "classifier_throttled", mistralError(429, "Rate limit exceeded", "rate_limited", "1300")},
	{"throttled in few words", "classifier_throttled", reply(429, document{"message": "Requests rate " +
		"limit exceeded"})},
	{"over capacity", "classifier_throttled", mistralError(429, "Service tier capacity exceeded for "+
		"this model.", "invalid_request_error", nil)},
	{"unknown model", "classifier_refused", mistralError(400, "Invalid model: mistral-9", "invalid_model",
		"1500")},
}

// A reasoning model, whose content is a list of typed parts.
//
// https://github.com/langchain4j/langchain4j/pull/4474, https://docs.mistral.ai/capabilities/reasoning
var magistral = Dialect{
	Name: "mistral-reasoning", Base: "/v1", Model: "magistral-medium-latest",
	Refusals: []Refusal{refuseMistral},
	Answer: func(c modelserver.Call, _ bool) document {
		parts := list{
			document{"type": "thinking", "thinking": list{document{"type": "text", "text": thoughts(c)}},
				"closed": true},
			document{"type": "text", "text": short(c)},
		}
		return completion(c, says(document{"content": parts, "tool_calls": nil}, "stop"))
	},
	Confidence: ByModel, Refused: 3, Troubles: mistralTroubles,
}
