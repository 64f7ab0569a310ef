package dialects

import "ticketd/tests/support/modelserver"

// SGLang with a reasoning parser. Log-probabilities of tokens that the grammar excludes are minus infinity,
// which is no JSON: every call that asks for them ends in a 500 of plain text.
//
// https://github.com/sgl-project/sglang/issues/5984; the same in vLLM before
// https://github.com/vllm-project/vllm/pull/4149 and in
// https://github.com/madroidmaq/mlx-omni-server/pull/56. Errors:
// python/sglang/srt/entrypoints/openai/serving_base.py of https://github.com/sgl-project/sglang and
// https://github.com/QwenLM/Qwen3/issues/1321.
var sglang = Dialect{
	Name: "sglang", Base: "/v1", Model: "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
	Refusals: []Refusal{refuse(text(500, "Internal Server Error"), "logprobs")},
	Answer: func(c modelserver.Call, _ bool) document {
		message := document{"content": "\n\n" + verdict(c), "reasoning_content": thoughts(c),
			"tool_calls": nil}
		return completion(c, says(message, "stop").with("logprobs", nil).with("matched_stop", 128009),
			document{"metadata": document{"weight_version": "default"}})
	},
	// Two failures tell a fault from an outage; then one call shows what it is.
	Confidence: ByModel, Refused: 3,
	Troubles: []Trouble{
		{"too long", "text_too_long", vllmError(400, "The input (61709 tokens) is longer than the "+
			"model's context length (40960 tokens).", "BadRequestError")},
		{"unknown model", "classifier_refused", vllmError(404, "The model 'x' does not exist.",
			"NotFoundError")},
		{"bad key", "classifier_key", reply(401, document{"error": "Unauthorized"})},
	},
}
