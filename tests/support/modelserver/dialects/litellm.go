package dialects

import (
	"fmt"

	"ticketd/tests/support/modelserver"
)

// LiteLLM's proxy refuses what the provider behind it is not known to take, unless drop_params is set, and
// repeats that provider's errors.
//
// Parameters: https://github.com/mcdonc/klangk/pull/2067. Key:
// https://github.com/OpenHands/OpenHands/issues/17390. Money: https://github.com/OWASP/OpenCRE/pull/1102.
// Throttled: https://github.com/jasonacox/TinyLLM/issues/17. Filter:
// https://github.com/BerriAI/litellm/pull/16231.
var liteLLM = Dialect{
	Name: "litellm", Base: "/v1", Model: "glm-5.2",
	Refusals: []Refusal{
		refuseUnsupported("logprobs"), refuseUnsupported("top_logprobs"),
		refuseUnsupported("max_completion_tokens"),
	},
	Answer: func(c modelserver.Call, _ bool) document {
		message := document{"content": fenced(short(c)), "tool_calls": nil, "function_call": nil,
			"provider_specific_fields": nil}
		return completion(c, says(message, "stop"))
	},
	Confidence: ByModel, Refused: 2, Troubles: liteLLMTroubles,
}

func refuseUnsupported(parameter string) Refusal {
	return refuse(openAIError(400, fmt.Sprintf("litellm.UnsupportedParamsError: zai does not support "+
		"parameters: ['%s'], for model=glm-5.2. To drop these, set `litellm.drop_params=True` or for "+
		"proxy:\n\n`litellm_settings:\n drop_params: true`\n. \n If you want to use these params "+
		"dynamically send allowed_openai_params=['%s'] in your request.. Received Model "+
		"Group=glm-5.2\nAvailable Model Group Fallbacks=None", parameter, parameter),
		"None", "None", "400"), parameter)
}

var liteLLMTroubles = []Trouble{
	{"bad key", "classifier_key", openAIError(401, "Authentication Error, Invalid proxy server token "+
		"passed. Received API Key = sk-...cdef, Key Hash (Token) =569909a917a742e1. Unable to find "+
		"token in cache or `LiteLLM_VerificationTokenTable`",
		"token_not_found_in_db", "key", "401")},
	{"no money", "classifier_quota", openAIError(429, "LiteLLM User: engineer-1, exceeded budget for "+
		"model=glm-5.2", "budget_exceeded", nil, "429")},
	{"over budget", "classifier_quota", openAIError(400, "Budget has been exceeded! Current cost: "+
		"76.16, Max budget: 10.0", "budget_exceeded", nil, "400")},
	{"throttled", "classifier_throttled", openAIError(429, "litellm.RateLimitError: AzureException "+
		"RateLimitError - Error code: 429 - {'error': {'code': '429', 'message': 'Requests to the "+
		"ChatCompletions_Create Operation under Azure OpenAI API version 2023-05-15 have exceeded token "+
		"rate limit of your current AIServices S0 pricing tier. Please retry after 86400 "+
		"seconds.'}}\nReceived Model Group=azure-gpt-4o-mini\nAvailable Model Group Fallbacks=None",
		"throttling_error", nil, "429")},
	{"filtered", "answer_refused", reply(400, document{"error": document{
		"message": "litellm.BadRequestError: litellm.ContentPolicyViolationError: AzureException - The " +
			"response was filtered due to the prompt triggering Azure OpenAI's content management " +
			"policy.", "type": nil, "param": nil, "code": "400",
		"provider_specific_fields": document{"innererror": document{"code": "ResponsibleAIPolicyViolation"}},
	}})},
}

// A provider without schemas, to which the proxy passes the schema as a tool: the verdict is the tool's
// arguments.
//
// json_tool_call: https://github.com/BerriAI/litellm/pull/25740
var liteLLMTools = Dialect{
	Name: "litellm-tool-call", Base: "/v1", Model: "bedrock/anthropic.claude-haiku",
	Answer: func(c modelserver.Call, _ bool) document {
		call := document{"index": 0, "id": "tooluse_5RHhZgc4R0Kg30FH0E58Pg", "type": "function",
			"function": document{"name": "json_tool_call", "arguments": verdict(c)}}
		return completion(c, says(document{"content": nil, "tool_calls": list{call}}, "tool_calls"))
	},
	Confidence: ByModel, Troubles: liteLLMTroubles,
}

// A model of Ollama behind the proxy, which passes over response_format: it answers in Markdown.
//
// https://github.com/BerriAI/litellm/issues/7131
var liteLLMMarkdown = Dialect{
	Name: "litellm-markdown", Base: "/v1", Model: "ollama/llama3.2:1b",
	Answer: func(c modelserver.Call, _ bool) document {
		v := c.Verdict
		content := fmt.Sprintf(
			"Here is my answer:\n\n* **Category:** %s\n* **Priority:** %s\n* **Confidence:** %g\n"+
				"* **Reason:** %s", capital(v.Category), capital(v.Priority), v.Confidence, v.Reason)
		return completion(c, says(document{"content": content}, "stop"))
	},
	Confidence: ByModel, Troubles: liteLLMTroubles,
}
