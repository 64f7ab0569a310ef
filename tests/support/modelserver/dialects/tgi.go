package dialects

import (
	"fmt"

	"ticketd/tests/support/modelserver"
)

// Text Generation Inference wants a schema in a field of its own, for any JSON too, so that only the prompt
// is left; and its context is what --max-total-tokens says, 2048 by default in many charts.
//
// Form: https://github.com/huggingface/text-generation-inference/pull/3276 and 3046. Context:
// https://github.com/opea-project/GenAIInfra/issues/487, a 422 by
// https://github.com/huggingface/huggingface_hub/issues/2514. Overloaded: router/src/lib.rs of
// https://github.com/huggingface/text-generation-inference.
var tgi = Dialect{
	Name: "tgi", Base: "/v1", Model: "tgi", AnyModel: true, Key: NoKey, Context: 2048,
	TooLong: func(input, answer, context int) *modelserver.Reply {
		return new(tgiError(422, fmt.Sprintf("Input validation error: `inputs` tokens + "+
			"`max_new_tokens` must be <= %d. Given: %d `inputs` tokens and %d `max_new_tokens`", context,
			input, answer), "validation"))
	},
	Refusals: []Refusal{refuse(text(422, "Failed to deserialize the JSON body into the target type: "+
		"response_format: missing field `value` at line 1 column 1490"), "response_format")},
	Answer: func(c modelserver.Call, _ bool) document {
		return completion(c, says(document{"content": short(c)}, "stop").with("logprobs", logprobs(c,
			short(c))), document{"system_fingerprint": "3.3.6-sha-4f4f4f4"})
	},
	Confidence: ByTokens, Refused: 4,
	Troubles: []Trouble{
		{"overloaded", "classifier_throttled", tgiError(429, "Model is overloaded", "overloaded")},
		{"broken", "classifier_unavailable", tgiError(424, "Request failed during generation: Server "+
			"error: CUDA out of memory", "generation")},
	},
}

func tgiError(status int, message, kind string) modelserver.Reply {
	return reply(status, document{"error": message, "error_type": kind})
}
