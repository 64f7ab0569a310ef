package failure

// The words of the providers, in lower case, by what they mean. The addresses are their sources.
var (
	// OpenAI and Azure: https://platform.openai.com/docs/guides/error-codes. Anthropic, with status 400:
	// https://github.com/anthropics/anthropic-sdk-typescript/issues/618. DeepSeek:
	// https://api-docs.deepseek.com/quick_start/error_codes. OpenRouter:
	// https://openrouter.ai/docs/api/reference/errors-and-debugging. LiteLLM:
	// https://github.com/BerriAI/litellm/issues/14144. xAI:
	// https://github.com/continuedev/continue/issues/10373. Hugging Face:
	// https://github.com/huggingface/agents-course/issues/386. Zhipu, Moonshot, Alibaba (Arrearage),
	// Volcengine (AccountOverdueError), SiliconFlow, Together, Google (BILLING_DISABLED) likewise.
	moneyWords = []string{
		"insufficient_quota", "insufficient quota", "billing_hard_limit_reached", "billing_not_active",
		"billing_error", "billing is disabled", "billing_disabled", "insufficient balance",
		"insufficient_balance", "balance is insufficient", "balance is not enough", "insufficient credit",
		"insufficient_credit", "insufficient funds", "insufficient_funds", "credit balance is too low",
		"requires more credits", "out of credits", "no credits", "any credits", "not enough credits",
		"credits exhausted", "credits are depleted", "used all available credits", "included credits",
		"credit limit exceeded", "credit_limit", "payment required", "payment_required",
		"budget has been exceeded", "budget_exceeded", "exceeded budget", "spending limit", "spend limit",
		"spend_limit", "exceeded_current_quota", "arrearage", "accountoverdue", "recharge", "top up",
		"exceededbudget", "crossed budget", "over budget", "not_enough_balance", "api usage limits",
		"insufficient_user_quota", "out of call volume quota", "余额不足", "额度不足", "欠费",
	}
	// What OpenAI says of a spent quota, Gemini says of every throttling
	// (https://github.com/google-gemini/gemini-cli/issues/8437).
	quotaWords  = []string{"exceeded your current quota", "check your plan and billing"}
	geminiWords = []string{
		"resource_exhausted", "resource has been exhausted", "quota exceeded for metric", "gemini-api",
		"free_tier",
	}

	throttleWords = []string{
		"rate_limit", "rate limit", "ratelimit", "rate-limit", "too many requests", "too_many_requests",
		"resource_exhausted", "resource has been exhausted", "throttl", "requests per minute",
		"tokens per minute", "requests per day", "quota exceeded for metric", "per_minute", "slow down",
		"concurrency limit",
	}
	keyWords = []string{
		"invalid_api_key", "api key not valid", "api_key_invalid", "incorrect api key", "invalid api key",
		"invalid_authentication", "authentication_error", "authentication fails", "unauthorized",
		"unauthenticated", "invalid x-api-key", "permission_denied", "permission denied", "missing api key",
		"no auth credentials", "not authenticated", "invalid_token", "access denied", "api key is required",
		"no api key", "expired_api_key",
	}
	// Azure: https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter. Gemini:
	// PROHIBITED_CONTENT. Alibaba: data_inspection_failed. DeepSeek: "Content Exists Risk". OpenRouter: 403
	// with metadata.flagged_input.
	filterWords = []string{
		"content_filter", "content filter", "contentfilter", "responsibleaipolicyviolation",
		"content_policy_violation", "content management policy", "content policy", "data_inspection_failed",
		"prohibited_content", "inappropriate content", "sensitive content", "content exists risk", "flagged",
		"moderation", "usage policy", "usage policies", "safety system", "invalid_prompt",
	}
	// OpenAI: context_length_exceeded. vLLM, SGLang, Mistral, DeepSeek, Fireworks: "maximum context length".
	// llama.cpp: https://github.com/ggml-org/llama.cpp/pull/15780,
	// https://github.com/ggml-org/llama.cpp/issues/19774. llama-cpp-python: "context window". LM Studio:
	// https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/237. Anthropic: "prompt is too long".
	// Gemini: "input token count … exceeds". TGI: "`inputs` tokens + `max_new_tokens` must be <=". xAI:
	// "maximum prompt length". GitHub: "body too large". Alibaba: "input length".
	LongWords = []string{
		"context_length", "context length", "contextlength", "context size", "context_size", "context window",
		"context_window", "context limit", "context overflow", "prompt is too long", "prompt too long",
		"input is too long", "input too long", "text is too long", "text too long", "message is too long",
		"messages are too long", "input token count", "input length", "input token length", "prompt length",
		"max_new_tokens` must be", "`inputs` must have", "reduce the length", "reduce your prompt",
		"reduce your message", "tokens must be reduced", "too many tokens", "too many input tokens",
		"string too long", "string_above_max_length", "maximum number of tokens",
		"maximum number of input tokens", "request too large", "body too large", "request_too_large",
		"tokens_limit_reached", "exceeds max length", "exceed max length", "longer than the maximum",
		"max input",
	}
	// A request that alone is more than a minute's share: no waiting makes it fit.
	neverFits = []string{
		"request too large", "request_too_large", "tokens must be reduced", "reduce your message",
	}

	// How servers call the size of an answer, whatever the call calls it, and its bound.
	sizeWords = []string{
		"max_tokens", "max_completion_tokens", "max tokens", "max_output_tokens", "maxoutputtokens",
		"completion tokens", "output tokens",
	}
	boundWords = []string{
		"too large", "at most", "maximum", "less than", "exceed", "<=", "up to", "range", "limit",
	}

	timeoutWords = []string{"timeout", "timed out", "time out", "deadline_exceeded", "deadline exceeded"}
	// A server that will answer soon, whatever its status.
	loadingWords = []string{
		"loading model", "model is loading", "currently loading", "model is still loading", "overloaded",
		"at capacity", "server is busy",
	}
	brokenWords = []string{
		"unavailable", "try again later", "bad gateway", "internal server error", "internal_server_error",
		"provider returned error",
	}
	absentWords = []string{
		"not found", "not_found", "does not exist", "not exist", "no such model", "unknown model",
		"not a valid model", "invalid model",
	}
	requestWords = []string{
		"invalid_request", "invalid request", "unsupported", "bad request", "bad_request", "invalid_argument",
		"validation error",
	}
)
