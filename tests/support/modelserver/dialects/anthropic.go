package dialects

import "ticketd/tests/support/modelserver"

// Anthropic's compatible endpoint passes over response_format and log-probabilities.
//
// https://platform.claude.com/docs/en/api/openai-sdk. No money, a 400:
// https://github.com/continuedev/continue/issues/5499. Other errors:
// https://platform.claude.com/docs/en/api/errors.
var anthropic = Dialect{
	Name: "anthropic", Base: "/v1/", Model: "claude-haiku-4-5", Key: XAPIKey,
	Answer: func(c modelserver.Call, _ bool) document {
		content := "I'll classify this ticket.\n\n" + fenced(short(c)) + "\n\nThe wording decides it."
		return completion(c, says(document{"content": content}, "stop"),
			document{"id": "msg_01XFDUDYJgAACzvnptvVoYEL"})
	},
	Confidence: ByModel,
	Troubles: []Trouble{
		{"bad key", "classifier_key", anthropicError(401, "authentication_error", "invalid x-api-key")},
		{"no money", "classifier_quota", anthropicError(400, "invalid_request_error",
			"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing "+
				"to upgrade or purchase credits.")},
		{"throttled", "classifier_throttled", after("1", anthropicError(429, "rate_limit_error",
			"Number of request tokens has exceeded your per-minute rate limit"))},
		{"overloaded", "classifier_unavailable", anthropicError(529, "overloaded_error", "Overloaded")},
		{"unknown model", "classifier_refused", anthropicError(404, "not_found_error", "model: claude-9")},
		{"too long", "text_too_long", anthropicError(400, "invalid_request_error",
			"prompt is too long: 208310 tokens > 200000 maximum")},
	},
}

func anthropicError(status int, kind, message string) modelserver.Reply {
	return reply(status, document{"type": "error", "error": document{"type": kind, "message": message},
		"request_id": "req_011CbrFTcXhtiMzr3s6EocF7"})
}
