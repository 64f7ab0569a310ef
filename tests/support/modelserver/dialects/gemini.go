package dialects

import (
	"strings"

	"ticketd/tests/support/modelserver"
)

// Gemini's compatible endpoint: an unknown name is refused, all of them in one message, and errors are a list
// of one.
//
// Unknown names: https://github.com/Vali-98/ChatterUI/issues/227,
// https://github.com/MinLL/SkyrimNet-GamePlugin/issues/77. No log-probabilities:
// https://github.com/openai-php/client/pull/554. Quota per minute in the words of a spent account:
// https://github.com/Jeffser/Alpaca/issues/951, https://github.com/itcon-pty-au/stremio-ai-search/issues/147.
var gemini = Dialect{
	Name: "gemini", Base: "/v1beta/openai/", Model: "gemini-2.0-flash", Refusals: []Refusal{refuseGemini},
	Answer: func(c modelserver.Call, _ bool) document {
		return completion(c, says(document{"content": pretty(c)}, "stop")).without("id")
	},
	Confidence: ByModel, Refused: 2, Troubles: geminiTroubles,
}

func refuseGemini(r modelserver.Request) *modelserver.Reply {
	var lines []string
	violations := list{}
	for _, name := range []string{"logprobs", "top_logprobs"} {
		if r.Has(name) {
			line := `Invalid JSON payload received. Unknown name "` + name + `": Cannot find field.`
			lines, violations = append(lines, line), append(violations, document{"description": line})
		}
	}
	if lines == nil {
		return nil
	}
	details := list{document{"@type": "type.googleapis.com/google.rpc.BadRequest",
		"fieldViolations": violations}}
	return new(geminiError(400, strings.Join(lines, "\n"), "INVALID_ARGUMENT", details))
}

func geminiError(code int, message, status string, details list) modelserver.Reply {
	e := document{"code": code, "message": message, "status": status}
	if details != nil {
		e["details"] = details
	}
	return reply(code, list{document{"error": e}})
}

var geminiTroubles = []Trouble{
	{"bad key", "classifier_key", geminiError(400, "API key not valid. Please pass a valid API key.",
		"INVALID_ARGUMENT", list{document{
			"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
			"domain": "googleapis.com"}})},
	{"throttled", "classifier_throttled", geminiError(429, "You exceeded your current quota, please "+
		"check your plan and billing details. For more information on this error, head to: "+
		"https://ai.google.dev/gemini-api/docs/rate-limits. \n* Quota exceeded for metric: "+
		"generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 20, model: "+
		"gemini-2.5-flash-lite\nPlease retry in 37.8s.",
		"RESOURCE_EXHAUSTED", list{document{"@type": "type.googleapis.com/google.rpc.RetryInfo",
			"retryDelay": "37s"}})},
	{"unknown model", "classifier_refused", geminiError(404, "models/gemini-9 is not found for API "+
		"version v1main, or is not supported for generateContent.",
		"NOT_FOUND", nil)},
	{"overloaded", "classifier_unavailable", geminiError(503, "The model is overloaded. Please try "+
		"again later.", "UNAVAILABLE", nil)},
	{"too long", "text_too_long", geminiError(400, "The input token count (1048577) exceeds the maximum "+
		"number of tokens allowed (1048576).", "INVALID_ARGUMENT", nil)},
}

// A thinking model, whose message has no content at all if the bound is reached.
//
// https://github.com/evalstate/fast-agent/issues/184. 478 to 1232 tokens of thoughts:
// https://github.com/vectorize-io/hindsight/issues/3365.
var geminiThinking = Dialect{
	Name: "gemini-thinking", Base: "/v1beta/openai", Model: "gemini-2.5-flash", Thinks: 2500,
	Refusals: []Refusal{refuseGemini},
	Answer: func(c modelserver.Call, spent bool) document {
		if spent {
			return completion(c, says(document{}, "length")).without("id")
		}
		return completion(c, says(document{"content": fenced(verdict(c))}, "stop")).without("id")
	},
	Confidence: ByModel, Paid: 2, Refused: 2, Troubles: geminiTroubles,
}
