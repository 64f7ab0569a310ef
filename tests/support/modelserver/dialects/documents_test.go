package dialects_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	schema = `,"response_format":` +
		`{"type":"json_schema","json_schema":{"name":"v","schema":{"type":"object"}}}`
	anyJSON = `,"response_format":{"type":"json_object"}`
)

// TestDocuments holds the imitations to what the sources in their files show.
func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, dialect string
		call          call
		status        int
		says          string
	}{
		{"a temperature for a reasoning model", "openai-reasoning", call{parameters: `,"temperature":0`}, 400,
			`Unsupported value: 'temperature' does not support 0 with this model. Only the default`},
		{"the default temperature", "openai-reasoning", call{parameters: `,"temperature":1`}, 200,
			`"finish_reason":"stop"`},
		{"log-probabilities of a reasoning model", "openai-reasoning", call{parameters: `,"logprobs":true`},
			403,
			`"message":"You are not allowed to request logprobs from this model","param":null`},
		{"a bound below the thoughts", "openai-reasoning", call{parameters: `,"max_completion_tokens":400`},
			200, `"finish_reason":"length"`},
		{"the old name of the bound", "openai-reasoning", call{parameters: `,"max_tokens":400`}, 400,
			`"code":"unsupported_parameter"`},
		{"a system message", "openai-o1-mini", call{system: true}, 400, `"param":"messages[0].role"`},
		{"a wrong version", "azure", call{query: "api-version=2020-01-01"}, 404, "not found"},
		{"a key in the wrong header", "azure", call{apiKey: true}, 401, `"code":"401"`},
		{"filters in an answer", "azure", call{}, 200, `"content_filter_results"`},
		{"a schema for an old version", "azure-old-version", call{parameters: schema}, 400,
			"2024-08-01-preview and later"},
		{"log-probabilities that nobody knows", "ollama",
			call{parameters: `,"logprobs":true,"max_completion_tokens":1`}, 200, `"fp_ollama"`},
		{"an answer among the thoughts", "ollama-thinking", call{}, 200, `"content":"","reasoning":"{`},
		{"a request that is too long", "vllm", call{parameters: `,"max_tokens":16384`}, 400,
			"in the messages, 16384 in the completion)"},
		{"an unknown parameter in pydantic's words", "vllm-old",
			call{parameters: `,"max_completion_tokens":800`}, 400,
			`('body', 'max_completion_tokens'), 'msg': 'Extra inputs are not permitted', 'input': 800}]`},
		{"minus infinity", "sglang", call{parameters: schema + `,"logprobs":true`}, 500,
			"Internal Server Error"},
		{"figures of the server's own", "llama.cpp", call{}, 200, `"timings"`},
		{"any JSON", "lm-studio", call{parameters: anyJSON}, 400,
			`{"error":"'response_format.type' must be 'json_schema' or 'text'"}`},
		{"any JSON that is not passed over", "lm-studio-thinking", call{parameters: schema}, 200,
			`"content":"","reasoning_content":"{`},
		{"a form that is passed over", "mlx", call{parameters: schema}, 200, "```json"},
		{"a schema in the wrong place", "tgi", call{parameters: schema}, 422, "missing field `value`"},
		{"a bound that leaves no room", "tgi", call{parameters: `,"max_tokens":2048`}, 422,
			"must be <= 2048"},
		{"a parameter that a provider is not known to take", "litellm",
			call{parameters: `,"max_completion_tokens":9`}, 400,
			"does not support parameters: ['max_completion_tokens'], for model=glm-5.2."},
		{"a verdict in a tool call", "litellm-tool-call", call{}, 200, `"name":"json_tool_call"`},
		{"unknown names in a list", "gemini", call{parameters: `,"logprobs":true,"top_logprobs":5`}, 400,
			`[{"error":{"code":400,`},
		{"a bound that the thoughts reach", "gemini-thinking", call{parameters: `,"max_tokens":500`}, 200,
			`"message":{"role":"assistant"}`},
		{"a form that Anthropic passes over", "anthropic", call{parameters: schema + `,"logprobs":true`}, 200,
			"```json"},
		{"an unknown parameter at Mistral", "mistral", call{parameters: `,"max_completion_tokens":5`}, 422,
			`"loc":["body","max_completion_tokens"]`},
		{"typed parts", "mistral-reasoning", call{}, 200, `{"closed":true,"thinking":[{"text":`},
		{"a schema at DeepSeek", "deepseek", call{parameters: schema}, 400,
			"This response_format type is unavailable now"},
		{"any JSON for its reasoning model", "deepseek-reasoner", call{parameters: anyJSON}, 400,
			"does not support Json Output."},
		{"log-probabilities at Groq", "groq", call{parameters: `,"logprobs":true`}, 400,
			"`logprobs` is not supported with this model"},
		{"a fence where JSON must be", "groq", call{parameters: anyJSON}, 400,
			`"code":"json_validate_failed"`},
		{"another word for the end", "together", call{}, 200, `"finish_reason":"eos"`},
	} {
		t.Run(c.dialect+": "+c.what, func(t *testing.T) {
			t.Parallel()
			d := named(t, c.dialect)
			status, body := send(t, d, d.Start(t), c.call)
			require.Equal(t, c.status, status, body)
			require.Contains(t, body, c.says)
		})
	}
}
