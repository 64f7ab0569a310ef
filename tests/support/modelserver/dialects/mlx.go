package dialects

import (
	"encoding/json"

	"ticketd/tests/support/modelserver"
)

// mlx_lm.server passes over response_format and leaves the model's fence where it is. Log-probabilities have
// no "bytes".
//
// generate_response and validate_model_parameters in mlx_lm/server.py of https://github.com/ml-explore/mlx-lm
var mlx = Dialect{
	Name: "mlx", Base: "/v1", Model: "mlx-community/Llama-3.2-3B-Instruct-4bit", Key: NoKey,
	Answer: func(c modelserver.Call, _ bool) document {
		content := fenced(pretty(c))
		choice := mlxSays(content, nil)
		if found, asked := logprobs(c, content).(document); asked {
			choice["logprobs"] = document{"content": withoutBytes(found["content"].(json.RawMessage))}
		}
		return completion(c, choice,
			document{"system_fingerprint": "0.30.7-0.30.6-macOS-26.1-arm64-arm-64bit-applegpu_g16s"})
	},
	Confidence: ByTokens, Troubles: mlxTroubles,
}

func mlxSays(content string, thoughts any) document {
	return says(document{"content": content, "reasoning": thoughts, "tool_calls": list{}}, "stop")
}

// withoutBytes keeps what _format_top_logprobs writes: id, token, logprob.
func withoutBytes(tokens json.RawMessage) list {
	var all []document
	if err := json.Unmarshal(tokens, &all); err != nil {
		panic(err) // our own document
	}
	var kept list
	for i, t := range all {
		var top list
		for j, other := range t["top_logprobs"].([]any) {
			o := other.(map[string]any)
			top = append(top, document{"id": 100*i + j, "token": o["token"], "logprob": o["logprob"]})
		}
		kept = append(kept, document{"id": 100 * i, "token": t["token"], "logprob": t["logprob"],
			"top_logprobs": top})
	}
	return kept
}

var mlxTroubles = []Trouble{
	{"unknown model", "classifier_refused", reply(404, document{"error": "404 Client Error: Repository " +
		"Not Found for url: https://huggingface.co/api/models/x"})},
	{"broken", "classifier_unavailable", modelserver.Reply{Cut: -1}},
	// an exception in the handler closes the connection
}

// A thinking model: a field for thoughts, prose around the object, capitals in the labels, a figure that is
// none.
var mlxThinking = Dialect{
	Name: "mlx-thinking", Base: "/v1", Model: "mlx-community/Qwen3-4B-4bit", Key: NoKey,
	Answer: func(c modelserver.Call, _ bool) document {
		category, priority := capital(c.Verdict.Category), capital(c.Verdict.Priority)
		content := `The ticket is best described by {"category": "` + category + `", "priority": "` +
			priority + `", "confidence": "high"}.<|im_end|>`
		return completion(c, mlxSays(content, thoughts(c)))
	},
	Confidence: Unknown, Troubles: mlxTroubles,
}
