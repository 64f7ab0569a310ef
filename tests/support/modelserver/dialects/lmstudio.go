package dialects

import (
	"slices"

	"ticketd/tests/support/modelserver"
)

// LM Studio takes a schema or none, and says errors as a string.
//
// https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/189,
// https://github.com/LoadShine/tada/issues/16. Answer:
// https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/619. Context:
// https://github.com/n4ze3m/page-assist/issues/356.
var lmStudio = Dialect{
	Name: "lm-studio", Base: "/v1", Model: "gemma-3-4b-it-qat", AnyModel: true, Key: NoKey,
	Bound:    "max_tokens",
	Refusals: lmStudioRefusals,
	Answer: func(c modelserver.Call, _ bool) document {
		return lmStudioAnswer(c, document{"content": pretty(c)})
	},
	Confidence: ByModel, Troubles: lmStudioTroubles,
}

var lmStudioRefusals = []Refusal{
	refuse(reply(400, document{"error": "'response_format.type' must be 'json_schema' or 'text'"}),
		"json_object"),
}

func lmStudioAnswer(c modelserver.Call, message document) document {
	return completion(c, says(message, "stop").with("logprobs", nil), document{"stats": document{},
		"system_fingerprint": c.Request.Model})
}

var lmStudioTroubles = []Trouble{
	{"too long", "text_too_long", reply(400, document{"error": "Trying to keep the first 6547 tokens " +
		"when context overflows. However, the model is loaded with a context length of only 4096 " +
		"tokens, which is not enough. Try to load the model with a larger context length, or provide a " +
		"shorter input. Error Data: n/a, Additional Data: n/a"})},
	{"broken", "classifier_unavailable", reply(500, document{"error": "Model is unloaded."})},
}

// With a schema the whole answer lands among the thoughts; without one it does not.
//
// https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1773 and 1698
var lmStudioThinking = Dialect{
	Name: "lm-studio-thinking", Base: "/v1", Model: "qwen/qwen3.5-9b", AnyModel: true, Key: NoKey,
	Bound:    "max_tokens",
	Refusals: slices.Clone(lmStudioRefusals),
	Answer: func(c modelserver.Call, _ bool) document {
		if c.Request.Has("json_schema") {
			return lmStudioAnswer(c, document{"content": "", "reasoning_content": pretty(c),
				"tool_calls": list{}})
		}
		return lmStudioAnswer(c, document{"content": pretty(c), "reasoning_content": thoughts(c),
			"tool_calls": list{}})
	},
	Confidence: ByModel, Troubles: lmStudioTroubles,
}
