package openai_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/tests/support/modelserver"
)

// Each document is one that a provider is publicly known to send; the sources stand beside the words in
// words.go.
func TestErrorsAreWhatTheirWordsSay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   *domain.Error
	}{
		"OpenAI has no quota": {429, `{"error":{"message":"You exceeded your current quota, please check ` +
			`your plan and billing details.","type":"insufficient_quota","param":null,` +
			`"code":"insufficient_quota"}}`, domain.ErrClassifierQuota},
		"OpenAI behind LiteLLM has no quota": {429, `{"error":{"message":"litellm.RateLimitError: ` +
			`RateLimitError: OpenAIException - You exceeded your current quota, please check your plan and ` +
			`billing details.","type":"None","param":"None","code":"429"}}`, domain.ErrClassifierQuota},
		"Anthropic has no credit": {400, `{"type":"error","error":{"type":"invalid_request_error",` +
			`"message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & ` +
			`Billing to upgrade or purchase credits."}}`, domain.ErrClassifierQuota},
		"DeepSeek has no balance": {402, `{"error":{"message":"Insufficient Balance","type":"unknown_error",` +
			`"param":null,"code":"invalid_request_error"}}`, domain.ErrClassifierQuota},
		"OpenRouter has no credits": {402,
			`{"error":{"message":"This request requires more credits, or fewer max_tokens.","code":402}}`,
			domain.ErrClassifierQuota},
		"OpenRouter's credits in a 200": {200, `{"error":{"message":"Insufficient credits. Add more using ` +
			`https://openrouter.ai/settings/credits","code":402}}`, domain.ErrClassifierQuota},
		"xAI has no credits": {429, `{"code":"Some resource has been exhausted","error":"Your team x has ` +
			`either used all available credits or reached its monthly spending limit."}`,
			domain.ErrClassifierQuota},
		"Hugging Face has no credits": {402, `{"error":"You have exceeded your monthly included credits for ` +
			`Inference Providers. Subscribe to PRO to get 20x more monthly included credits."}`,
			domain.ErrClassifierQuota},
		"LiteLLM has no budget": {400, `{"error":{"message":"Budget has been exceeded! Current cost: 14.1, ` +
			`Max budget: 10","type":"budget_exceeded","param":null,"code":"400"}}`, domain.ErrClassifierQuota},
		"LiteLLM crossed its budget": {429, `{"detail":"No deployments available - crossed budget: Exceeded ` +
			`budget for deployment model_name: x: 0.36 >= 1d"}`, domain.ErrClassifierQuota},
		"Gemini's prepaid credits are gone": {429, `[{"error":{"code":429,"message":"Your prepayment credits ` +
			`are depleted. Please go to AI Studio to manage your project and billing.",` +
			`"status":"RESOURCE_EXHAUSTED"}}]`, domain.ErrClassifierQuota},
		"Google's billing is off": {403, `[{"error":{"code":403,"message":"This API method requires billing ` +
			`to be enabled.","status":"PERMISSION_DENIED","details":[{"reason":"BILLING_DISABLED"}]}}]`,
			domain.ErrClassifierQuota},
		"Alibaba is in arrears": {400, `{"error":{"code":"Arrearage","message":"Access denied, please make ` +
			`sure your account is in good standing.","type":"Arrearage"}}`, domain.ErrClassifierQuota},

		"Gemini throttles in OpenAI's words": {429, `[{"error":{"code":429,"message":"You exceeded your ` +
			`current quota, please check your plan and billing details. For more information on this error, ` +
			`head to: https://ai.google.dev/gemini-api/docs/rate-limits.","status":"RESOURCE_EXHAUSTED"}}]`,
			domain.ErrThrottled},
		"Groq throttles": {429, `{"error":{"message":"Rate limit reached for model x on tokens per minute ` +
			`(TPM): Limit 6000. Please try again in 7.66s. Need more tokens? Upgrade to Dev Tier today at ` +
			`https://console.groq.com/settings/billing","type":"tokens","code":"rate_limit_exceeded"}}`,
			domain.ErrThrottled},
		"a choice is throttled": {200, `{"id":"x","choices":[{"index":0,"finish_reason":"error",` +
			`"message":{"content":""},"error":{"code":429,"message":"Rate limited"}}]}`, domain.ErrThrottled},
		"a throttled 200 without a choice": {200, `{"error":{"code":429,"message":"x"},"choices":[]}`,
			domain.ErrThrottled},
		"a throttled 200 without a code": {200, `{"error":"Too many requests, slow down"}`,
			domain.ErrThrottled},
		"a throttled 200 as a detail":    {200, `{"detail":"Rate limit exceeded"}`, domain.ErrThrottled},
		"a throttled 200 as a text":      {200, `Too Many Requests`, domain.ErrThrottled},
		"a throttled 200 as a JSON text": {200, `"rate limit exceeded"`, domain.ErrThrottled},
		"a throttled 200 as a list": {200, `[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}]`,
			domain.ErrThrottled},
		"several errors in a 200": {200, `{"errors":[{"code":7,"message":"rate limit"}],"success":false}`,
			domain.ErrThrottled},
		"a gateway repeats a throttling": {500, `{"error":{"message":"Provider returned error","code":500,` +
			`"metadata":{"raw":"{\"error\":{\"message\":\"Too many requests\"}}"}}}`, domain.ErrThrottled},

		"a key as vLLM refuses it": {401, `{"error":"Unauthorized"}`, domain.ErrClassifierKey},
		"a key as Gemini refuses it": {400, `[{"error":{"code":400,"message":"API key not valid. Please pass ` +
			`a valid API key.","status":"INVALID_ARGUMENT"}}]`, domain.ErrClassifierKey},
		"a key refused with status 200": {200,
			`{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}`,
			domain.ErrClassifierKey},
		"OpenAI: too long": {400, `{"error":{"message":"This model's maximum context length is 128000 ` +
			`tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`,
			domain.ErrTextTooLong},
		"vLLM: too long": {400, `{"object":"error","message":"This model's maximum context length is 4096 ` +
			`tokens. However, you requested 5000 tokens.","type":"BadRequestError","param":null,"code":400}`,
			domain.ErrTextTooLong},
		"SGLang: too long": {400, `{"object":"error","message":"The input (5000 tokens) is longer than the ` +
			`model's context length (4096 tokens).","type":"BadRequestError","code":400}`, domain.ErrTextTooLong},
		"llama.cpp: too long": {400, `{"error":{"code":400,"message":"request (4390 tokens) exceeds the ` +
			`available context size (4096 tokens), try increasing it","type":"exceed_context_size_error",` +
			`"n_prompt_tokens":4390,"n_ctx":4096}}`, domain.ErrTextTooLong},
		"an older llama.cpp: too long": {500,
			`{"error":{"code":500,"message":"Context size has been exceeded.","type":"server_error"}}`,
			domain.ErrTextTooLong},
		"llama.cpp with status 200: too long": {200, `{"error":{"code":400,"message":"the request exceeds ` +
			`the available context size. try increasing the context size or enable context shift",` +
			`"type":"exceed_context_size_error"}}`, domain.ErrTextTooLong},
		"LM Studio: too long": {400, `{"error":"<LM Studio error> Trying to keep the first 15857 tokens when ` +
			`context the overflows. However, the model is loaded with context length of only 4096 tokens, which ` +
			`is not enough."}`, domain.ErrTextTooLong},
		"LM Studio in a stream: too long": {200, "event: error\ndata: {\"error\":{\"message\":\"The number " +
			"of tokens to keep from the initial prompt is greater than the context length.\"}}\n\n",
			domain.ErrTextTooLong},
		"llama-cpp-python: too long": {400, `{"error":{"message":"Requested tokens (2285) exceed context ` +
			`window of 2048","type":"invalid_request_error"}}`, domain.ErrTextTooLong},
		"Anthropic: too long": {400, `{"type":"error","error":{"type":"invalid_request_error",` +
			`"message":"prompt is too long: 210000 tokens > 200000 maximum"}}`, domain.ErrTextTooLong},
		"Gemini: too long": {400, `[{"error":{"code":400,"message":"The input token count (40000) exceeds ` +
			`the maximum number of tokens allowed (32768).","status":"INVALID_ARGUMENT"}}]`,
			domain.ErrTextTooLong},
		"TGI: too long": {422, "{\"error\":\"Input validation error: `inputs` tokens + `max_new_tokens` must " +
			"be <= 4096. Given: 4000 `inputs` tokens and 2000 `max_new_tokens`\",\"error_type\":\"validation\"}",
			domain.ErrTextTooLong},
		"Mistral: too long": {400, `{"object":"error","message":"Prompt contains 40000 tokens and 0 draft ` +
			`tokens, too large for model with 32768 maximum context length","type":"invalid_request_error",` +
			`"code":3051}`, domain.ErrTextTooLong},
		"Groq: too long": {413, `{"error":{"message":"Request too large for model x on tokens per minute ` +
			`(TPM): Limit 6000, Requested 7000, please reduce your message size and try again.","type":"tokens",` +
			`"code":"rate_limit_exceeded"}}`, domain.ErrTextTooLong},
		"OpenAI: more than a minute's share": {429, `{"error":{"message":"Request too large for gpt-4o on ` +
			`tokens per min (TPM): Limit 30000, Requested 50000.","type":"tokens","code":"rate_limit_exceeded"}}`,
			domain.ErrTextTooLong},
		"xAI: too long": {400, `{"code":"Client specified an invalid argument","error":"This model's maximum ` +
			`prompt length is 131072 but the request contains 140000 tokens."}`, domain.ErrTextTooLong},
		"Azure filters": {400, `{"error":{"message":"The response was filtered due to the prompt triggering ` +
			`Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter",` +
			`"status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}`, domain.ErrAnswerRefused},
		"OpenRouter moderates": {403, `{"error":{"code":403,"message":"x requires moderation. Your input was ` +
			`flagged","metadata":{"reasons":["violence"]}}}`, domain.ErrAnswerRefused},
		"DeepSeek sees a risk": {400,
			`{"error":{"message":"Content Exists Risk","type":"invalid_request_error"}}`, domain.ErrAnswerRefused},
		"a gateway times out in words": {502, `{"error":{"message":"upstream request timeout"}}`,
			domain.ErrClassifierTimeout},
		"Cloudflare times out": {524, `error code: 524`, domain.ErrClassifierTimeout},
		"a time-out in a 200":  {200, `{"error":{"code":408,"message":"x"}}`, domain.ErrClassifierTimeout},
		"llama.cpp loads its model": {503,
			`{"error":{"message":"Loading model","type":"unavailable_error","code":503}}`,
			domain.ErrClassifierUnavailable},
		"a model loads with another status": {409,
			`{"error":"Model x is currently loading","estimated_time":20.0}`, domain.ErrClassifierUnavailable},
		"Anthropic is overloaded": {529,
			`{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`,
			domain.ErrClassifierUnavailable},
		"an error of its own in a 200": {200,
			`{"error":{"message":"Provider returned error","code":502},"user_id":"x"}`,
			domain.ErrClassifierUnavailable},
		"an error that says nothing, in a 200": {200, `{"error":{"foo":"bar"}}`, domain.ErrClassifierUnavailable},
		"Ollama does not know the model": {404, `{"error":{"message":"model \"x\" not found, try pulling it ` +
			`first","type":"api_error","param":null,"code":null}}`, domain.ErrClassifierRefused},
		"a wrong address": {404, `404 page not found`, domain.ErrClassifierRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err, _ := ask(t, func(modelserver.Call) modelserver.Reply {
				return modelserver.Reply{Status: c.status, Body: []byte(c.body)}
			})
			require.ErrorIs(t, err, c.want)
			require.True(t, answer.Verdict.IsZero())
			requireNothingLeaks(t, err)
		})
	}
}

func TestWhatStandsBesideAnErrorCounts(t *testing.T) {
	t.Parallel()
	answer := func(t *testing.T, body string) (domain.Answer, error) {
		t.Helper()
		answer, err, server := ask(t, modelserver.Raw(body))
		require.Equal(t, 1, server.Hits())
		return answer, err
	}
	t.Run("a verdict beside an error counts", func(t *testing.T) {
		t.Parallel()
		got, err := answer(t, `{"error":{"code":500},"choices":[{"message":{"content":`+quoted(right)+`}}]}`)
		require.NoError(t, err)
		require.Equal(t, domain.CategoryBilling, got.Verdict.Category())
	})
	t.Run("an empty error is none", func(t *testing.T) {
		t.Parallel()
		for _, none := range []string{`null`, `""`, `{}`, `[]`, `false`, `0`} {
			got, err := answer(t, `{"error":`+none+`,"choices":[{"message":{"content":`+quoted(right)+`}}]}`)
			require.NoError(t, err, none)
			require.Equal(t, domain.CategoryBilling, got.Verdict.Category())
		}
	})
	t.Run("the tokens of an error document were paid for", func(t *testing.T) {
		t.Parallel()
		got, err := answer(t, `{"error":{"code":502},"choices":[{"message":{"content":"{"}}],`+
			`"usage":{"prompt_tokens":7,"completion_tokens":"9"}}`)
		require.ErrorIs(t, err, domain.ErrClassifierUnavailable)
		require.Equal(t, []int{7, 9}, []int{got.InputTokens, got.OutputTokens})
	})
	t.Run("a model that is not there is named as such", func(t *testing.T) {
		t.Parallel()
		for _, body := range []string{
			`{"error":{"message":"model \"x\" not found, try pulling it first","type":"api_error"}}`,
			`{"object":"error","message":"The model x does not exist.","type":"NotFoundError","code":404}`,
		} {
			_, err, _ := ask(t, func(modelserver.Call) modelserver.Reply {
				return modelserver.Reply{Status: 404,
					Body: []byte(body)}
			})
			require.ErrorContains(t, err, "model_not_found")
		}
	})
	t.Run("a ticket's own words are no cause", func(t *testing.T) {
		t.Parallel()
		server := modelserver.New(t)
		server.Behave(func(modelserver.Call) modelserver.Reply {
			return modelserver.Reply{Status: 500, Body: []byte(
				`{"error":{"message":"cannot read: insufficient_quota, rate limit, prompt is too long"}}`)}
		})
		_, err := newClassifier(t, server).Classify(t.Context(), newText(t, "insufficient_quota",
			"rate limit and prompt is too long"))
		require.ErrorIs(t, err, domain.ErrClassifierUnavailable)
	})
}

func TestPausesInWords(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]time.Duration{
		"Please try again in 7.66s.":      7660 * time.Millisecond,
		"Please try again in 1m2.5s.":     62500 * time.Millisecond,
		"Please try again in 250ms.":      250 * time.Millisecond,
		"Please retry after 6 seconds.":   6 * time.Second,
		"Please retry in 23.4s.":          23400 * time.Millisecond,
		"Please try again in 48h0m0s.":    15 * time.Minute,
		"Please try again in a few days.": 0,
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			_, err, _ := ask(t, func(modelserver.Call) modelserver.Reply {
				return modelserver.Reply{Status: 429, Body: []byte(`{"error":{"message":` + quoted(message) + `}}`)}
			})
			var e *domain.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, want, e.RetryAfter)
		})
	}
}
