package dialects

import (
	"fmt"

	"ticketd/tests/support/modelserver"
)

// llama.cpp's server: figures of its own in every answer, a context of 4096 tokens by default.
//
// Loading, key: tools/server/README.md of https://github.com/ggml-org/llama.cpp. Context:
// https://github.com/ggml-org/llama.cpp/issues/19774, https://github.com/ggml-org/llama.cpp/pull/15780.
var llamaCpp = Dialect{
	Name: "llama.cpp", Base: "/v1", Model: "gpt-3.5-turbo", AnyModel: true, Context: 4096,
	TooLong: llamaCppTooLong,
	Answer: func(c modelserver.Call, _ bool) document {
		content := verdict(c)
		return llamaCppAnswer(c, document{"content": content}, logprobs(c, content))
	},
	Confidence: ByTokens, Troubles: llamaCppTroubles,
}

func llamaCppAnswer(c modelserver.Call, message document, probabilities any) document {
	choice := says(message, "stop")
	if probabilities != nil {
		choice["logprobs"] = probabilities
	}
	return completion(c, choice, document{"system_fingerprint": "b6692-ca71fb9b",
		"timings": document{"prompt_n": 812, "prompt_ms": 310.2, "predicted_n": 40}})
}

// llamaCppTooLong leaves the size of the answer aside: generation just ends where the context does.
func llamaCppTooLong(input, _, context int) *modelserver.Reply {
	if input <= context {
		return nil
	}
	return new(reply(400, document{"error": document{
		"code": 400, "message": fmt.Sprintf("request (%d tokens) exceeds the available context size (%d "+
			"tokens), try increasing it", input, context),
		"type": "exceed_context_size_error", "n_prompt_tokens": input, "n_ctx": context,
	}}))
}

func llamaCppError(status int, message, kind string) modelserver.Reply {
	return reply(status, document{"error": document{"code": status, "message": message, "type": kind}})
}

var llamaCppTroubles = []Trouble{
	{"loading", "classifier_unavailable", llamaCppError(503, "Loading model", "unavailable_error")},
	{"bad key", "classifier_key", llamaCppError(401, "Invalid API Key", "authentication_error")},
	{"too long", "text_too_long", llamaCppError(500, "Context size has been exceeded.", "server_error")},
}

// The thoughts in a field of their own (--reasoning-format), the grammar applied after them.
//
// https://github.com/ggml-org/llama.cpp/issues/24735
var llamaCppThinking = Dialect{
	Name: "llama.cpp-thinking", Base: "/v1", Model: "unsloth--Qwen3.6-35B", AnyModel: true, Context: 8192,
	TooLong: llamaCppTooLong,
	Answer: func(c modelserver.Call, _ bool) document {
		return llamaCppAnswer(c, document{"content": pretty(c), "reasoning_content": thoughts(c)}, nil)
	},
	Confidence: ByModel, Troubles: llamaCppTroubles,
}
