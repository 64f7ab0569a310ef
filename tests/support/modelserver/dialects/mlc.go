package dialects

import (
	"strings"

	"ticketd/tests/support/modelserver"
)

// MLC-LLM, whose stop string swallows the last brace: the model's last token is "}<", the beginning of
// "<|im_end|>".
//
// Answer: https://github.com/mlc-ai/mlc-llm/issues/2868. Parameters and errors:
// https://github.com/mlc-ai/mlc-llm/blob/main/python/mlc_llm/protocol/openai_api_protocol.py
var mlc = Dialect{
	Name: "mlc-llm", Base: "/v1", Model: "HF://mlc-ai/Qwen2-7B-Instruct-q4f16_1-MLC", Key: NoKey,
	Bound: "max_tokens",
	Answer: func(c modelserver.Call, _ bool) document {
		content := strings.TrimSuffix(short(c), "}")
		return completion(c, says(document{"content": content, "tool_calls": nil, "name": nil}, "stop"),
			document{"system_fingerprint": ""})
	},
	Confidence: ByModel,
	Troubles: []Trouble{
		{"unknown model", "classifier_refused", reply(400, document{"object": "error",
			"message": `The requested model "x" is not served.`, "code": nil})},
	},
}
