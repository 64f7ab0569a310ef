package dialects

import (
	"fmt"

	"ticketd/tests/support/modelserver"
)

// vLLM takes all of it.
//
// Answer: https://github.com/vllm-project/vllm/issues/34684. Errors:
// https://github.com/vllm-project/vllm/issues/4667 and 19464.
var vllm = Dialect{
	Name: "vllm", Base: "/v1", Model: "Qwen/Qwen2.5-7B-Instruct", Context: 16384, TooLong: vllmTooLong,
	Answer: func(c modelserver.Call, _ bool) document {
		content := pretty(c)
		return vllmAnswer(c, document{"content": content}, "stop", logprobs(c, content))
	},
	Confidence: ByTokens, Troubles: vllmTroubles,
}

func vllmAnswer(c modelserver.Call, message document, finish string, probabilities any) document {
	message["refusal"], message["function_call"], message["tool_calls"] = nil, nil, list{}
	choice := says(message, finish).with("stop_reason", nil).with("logprobs", probabilities)
	return completion(c, choice, document{"prompt_logprobs": nil, "kv_transfer_params": nil})
}

func vllmTooLong(input, answer, context int) *modelserver.Reply {
	return new(vllmError(400, fmt.Sprintf("This model's maximum context length is %d tokens. However, "+
		"you requested %d tokens (%d in the messages, %d in the completion). Please reduce the length "+
		"of the messages or completion.", context, input+answer,
		input, answer), "BadRequestError"))
}

func vllmError(status int, message, kind string) modelserver.Reply {
	return reply(status, document{"object": "error", "message": message, "type": kind, "param": nil,
		"code": status})
}

var vllmTroubles = []Trouble{
	{"bad key", "classifier_key", reply(401, document{"error": "Unauthorized"})},
	{"unknown model", "classifier_refused", vllmError(404, "The model `Qwen/Qwen9` does not exist.",
		"NotFoundError")},
	{"broken", "classifier_unavailable", text(500, "Internal Server Error")},
}

// An older vLLM that refuses what it does not know, with pydantic's words in a string, and has a small
// context.
//
// https://github.com/1Panel-dev/MaxKB/issues/2912, https://github.com/voideditor/void/issues/128
var vllmOld = Dialect{
	Name: "vllm-old", Base: "/v1", Model: "mistralai/Mistral-7B-Instruct-v0.2", Context: 4096,
	TooLong: vllmTooLong,
	Refusals: []Refusal{func(r modelserver.Request) *modelserver.Reply {
		if r.MaxCompletionTokens == nil {
			return nil
		}
		return new(vllmError(400, fmt.Sprintf("[{'type': 'extra_forbidden', 'loc': ('body', "+
			"'max_completion_tokens'), 'msg': 'Extra inputs are not permitted', 'input': %d}]",
			*r.MaxCompletionTokens), "BadRequestError"))
	}},
	Answer: func(c modelserver.Call, _ bool) document {
		content := verdict(c)
		return completion(c, says(document{"content": content}, "stop").with("stop_reason",
			nil).with("logprobs", logprobs(c, content)))
	},
	Confidence: ByTokens, Refused: 2, Troubles: vllmTroubles,
}

// A reasoning parser that takes the answer for thoughts, and a model that thinks for longer than most.
//
// https://github.com/vllm-project/vllm/issues/17349 and 50948
var vllmThinking = Dialect{
	Name: "vllm-thinking", Base: "/v1", Model: "Qwen/Qwen3-32B", Thinks: 3000,
	Answer: func(c modelserver.Call, spent bool) document {
		if spent {
			return vllmAnswer(c, document{"content": nil, "reasoning_content": thoughts(c)}, "length", nil)
		}
		return vllmAnswer(c, document{"content": nil, "reasoning_content": verdict(c)}, "stop", nil)
	},
	Confidence: ByModel, Paid: 2, Troubles: vllmTroubles,
}

// No reasoning parser: the thoughts stand in the content.
//
// https://github.com/vllm-project/vllm/issues/21130. With a template that opens the tag in the prompt, the
// content has only its end: https://github.com/vllm-project/vllm/issues/22507.
var vllmTags = Dialect{
	Name: "vllm-think-tags", Base: "/v1", Model: "Qwen/Qwen3-4B-Thinking-2507",
	Answer: func(c modelserver.Call, _ bool) document {
		return vllmAnswer(c, document{"content": thoughts(c) + "</think>\n\n" + short(c)}, "stop", nil)
	},
	Confidence: ByModel, Troubles: vllmTroubles,
}
