package dialects

import "ticketd/tests/support/modelserver"

// Ollama passes over what it does not know, log-probabilities and max_completion_tokens among them.
//
// Request, answer and errors: openai/openai.go of https://github.com/ollama/ollama (ChatCompletionRequest,
// ToChatCompletion, NewError). Unknown model: https://github.com/netease-youdao/QAnything/issues/555.
var ollama = Dialect{
	Name: "ollama", Base: "/v1", Model: "llama3.2", Key: NoKey, Bound: "max_tokens",
	Answer: func(c modelserver.Call, _ bool) document {
		return ollamaAnswer(c, document{"content": pretty(c)})
	},
	Confidence: ByModel, Troubles: ollamaTroubles,
}

func ollamaAnswer(c modelserver.Call, message document) document {
	return completion(c, says(message, "stop"), document{"id": "chatcmpl-401",
		"system_fingerprint": "fp_ollama"})
}

var ollamaTroubles = []Trouble{
	{"unknown model", "classifier_refused", openAIError(404, `model "llama5" not found, try pulling it first`,
		"not_found_error", nil, nil)},
	{"broken", "classifier_unavailable", openAIError(500, "llama runner process has terminated: exit "+
		"status 2", "api_error", nil, nil)},
	{"overloaded", "classifier_unavailable", openAIError(503, "server busy, please try again.  maximum "+
		"pending requests exceeded", "api_error", nil, nil)},
}

// A thinking model of which all goes into the field for thoughts, the answer included.
//
// https://github.com/ollama/ollama/issues/15288, https://github.com/HarperFast/harper/issues/1805
var ollamaThinking = Dialect{
	Name: "ollama-thinking", Base: "/v1", Model: "gemma4:26b", Key: NoKey, Bound: "max_tokens",
	Answer: func(c modelserver.Call, _ bool) document {
		return ollamaAnswer(c, document{"content": "", "reasoning": verdict(c)})
	},
	Confidence: ByModel, Troubles: ollamaTroubles,
}

// A model whose thoughts stand in their own field and whose answer is fenced, since no grammar binds it.
//
// https://github.com/ahyatt/llm/issues/226
var ollamaChannels = Dialect{
	Name: "ollama-gpt-oss", Base: "/v1", Model: "gpt-oss:20b", Key: NoKey, Bound: "max_tokens",
	Answer: func(c modelserver.Call, _ bool) document {
		return ollamaAnswer(c, document{"content": "Here is the classification:\n\n" + fenced(short(c)) +
			"\n\nLet me know if you need more.", "reasoning": thoughts(c)})
	},
	Confidence: ByModel, Troubles: ollamaTroubles,
}
