package dialects

import "ticketd/tests/support/modelserver"

// Azure OpenAI: the deployment in the path, the version in the query, the key in a header of its own, filters
// in every answer.
//
// https://learn.microsoft.com/azure/ai-services/openai/reference. No deployment:
// https://github.com/chatboxai/chatbox/issues/861. Throttled:
// https://github.com/vanderschaarlab/climb/issues/1. Filter: https://github.com/compl-ai/compl-ai/issues/20.
var azure = Dialect{
	Name: "azure", Base: "/openai/deployments/tickets?api-version=2024-10-21", Model: "gpt-4o-mini",
	AnyModel: true,
	Key:      APIKey,
	// Under Azure's own hosts the program sends this header by itself.
	Settings: map[string]string{"AI_HEADERS": "api-key: " + modelserver.Key},
	Answer:   azureAnswer, Confidence: ByTokens, Troubles: azureTroubles,
}

func azureAnswer(c modelserver.Call, spent bool) document {
	d := openAIAnswer(c, spent)
	safe := document{"filtered": false, "severity": "safe"}
	filters := document{"hate": safe, "self_harm": safe, "sexual": safe, "violence": safe,
		"protected_material_text": document{"filtered": false, "detected": false}}
	d["choices"].(list)[0].(document)["content_filter_results"] = filters
	d["prompt_filter_results"] = list{document{"prompt_index": 0,
		"content_filter_results": document{"jailbreak": document{"filtered": false, "detected": false}}}}
	return d
}

var azureTroubles = []Trouble{
	{"throttled", "classifier_throttled", after("1", reply(429, document{"error": document{"code": "429",
		"message": "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version " +
			"2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please " +
			"retry after 1 second. Please go here: https://aka.ms/oai/quotaincrease if you would like " +
			"to further increase the default rate limit."}}))},
	{"bad key", "classifier_key", reply(401, document{"error": document{"code": "401",
		"message": "Access denied due to invalid subscription key or wrong API endpoint. Make sure to " +
			"provide a valid key for an active subscription and use a correct regional API endpoint for " +
			"your resource."}})},
	{"unknown model", "classifier_refused", reply(404,
		document{"error": document{"code": "DeploymentNotFound", "message": "The API deployment for " +
			"this resource does not exist. If you created the deployment within the last 5 minutes, " +
			"please wait a moment and try again."}})},
	{"filtered", "answer_refused", reply(400, document{"error": document{
		"message": "The response was filtered due to the prompt triggering Azure OpenAI's content " +
			"management policy. Please modify your prompt and retry. To learn more about our content " +
			"filtering policies please read our documentation: " +
			"https://go.microsoft.com/fwlink/?linkid=2198766",
		"type": nil, "param": "prompt", "code": "content_filter", "status": 400,
		"innererror": document{"code": "ResponsibleAIPolicyViolation", "content_filter_result": document{
			"hate": document{"filtered": false, "severity": "safe"}, "jailbreak": document{"filtered": false,
				"detected": false},
			"violence": document{"filtered": true, "severity": "medium"},
		}},
	}})},
}

// An old api-version knows neither the schema nor the newer name of the bound.
//
// Schema: https://github.com/dotnet/extensions/issues/6130, https://github.com/langgenius/dify/issues/8994.
// Bound: https://github.com/openai/openai-python/issues/1724.
var azureOld = Dialect{
	Name: "azure-old-version", Base: "/openai/deployments/tickets?api-version=2024-02-01",
	Model: "gpt-4o", AnyModel: true,
	Key:      APIKey,
	Settings: map[string]string{"AI_HEADERS": "api-key: " + modelserver.Key},
	Refusals: []Refusal{
		refuse(openAIError(400, "Unrecognized request argument supplied: max_completion_tokens",
			"invalid_request_error", nil, nil), "max_completion_tokens"),
		refuse(reply(400, document{"error": document{"code": "BadRequest", "message": "response_format " +
			"value as json_schema is enabled only for api versions 2024-08-01-preview and later"}}),
			"json_schema"),
	},
	Answer: azureAnswer, Confidence: ByTokens, Refused: 2, Troubles: azureTroubles,
}

// Azure's v1 API needs no version and takes the key as OpenAI does.
//
// https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
var azureV1 = Dialect{
	Name: "azure-v1-reasoning", Base: "/openai/v1/", Model: "gpt-5-mini", Thinks: 1408,
	Refusals: openAIReasoning.Refusals, Answer: openAIReasoned, Confidence: ByModel, Refused: 2,
	Troubles: azureTroubles,
}
