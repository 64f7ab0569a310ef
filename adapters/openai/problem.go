package openai

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxProblem is how much of an error document is read: real ones are far shorter.
const maxProblem = 64 << 10

// problem is what servers say in an error document. Its message may repeat the key or the ticket: it is searched for known phrases and
// never shown.
type problem struct{ kind, code, param, message string }

// newFailure reads the error document as far as there is one. Of anything else the whole body counts as the message.
func newFailure(res *http.Response) *failure {
	f := &failure{status: res.StatusCode, header: res.Header}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxProblem))
	if err != nil {
		return f // it was cut off or too large; the status says enough
	}
	f.problem = newProblem(body)
	return f
}

// newProblem takes error documents as objects (OpenAI), lists (Gemini), strings, plain text, FastAPI's {"detail": …}, vLLM's
// {"object": "error", …} and Anthropic's {"type": "error", "error": {…}}.
func newProblem(body []byte) problem {
	var doc any
	if json.Unmarshal(body, &doc) != nil {
		return problem{message: string(body)}
	}
	var p problem
	p.read(doc, 0)
	return p
}

// maxNesting is deeper than servers wrap the errors of servers behind them.
const maxNesting = 6

// read takes the first kind, code and param that it meets, outermost first, and every message.
func (p *problem) read(v any, depth int) {
	if depth > maxNesting {
		return
	}
	switch v := v.(type) {
	case string:
		p.message += v + "\n"
		if inner := strings.TrimSpace(v); depth > 0 && strings.HasPrefix(inner, "{") {
			var doc any
			if json.Unmarshal([]byte(inner), &doc) == nil {
				p.read(doc, depth+1) // a gateway repeats what the server behind it said
			}
		}
	case []any:
		for _, item := range v {
			p.read(item, depth+1)
		}
	case map[string]any:
		p.object(v, depth)
	}
}

func (p *problem) object(o map[string]any, depth int) {
	for _, name := range []string{"status", "type", "kind", "reason"} {
		if s, ok := o[name].(string); ok && s != "error" && !strings.Contains(s, " ") {
			p.kind = firstWord(p.kind, s)
		}
	}
	for _, name := range []string{"code", "error_code"} {
		p.code = firstWord(p.code, word(o[name]))
	}
	p.param = firstWord(p.param, word(o["param"]))
	if place, ok := o["loc"].([]any); ok && len(place) > 0 {
		p.message += word(place[len(place)-1]) + " " // FastAPI: ["body", "response_format", "type"]
		if len(place) > 1 {
			p.message += word(place[1]) + " "
		}
	}
	for _, name := range []string{
		"error", "errors", "message", "msg", "detail", "details", "title", "error_message", "innererror", "inner_error", "metadata", "raw", "retryDelay",
	} {
		if inner, found := o[name]; found {
			p.read(inner, depth+1)
		}
	}
}

func firstWord(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// word takes numbers too, which some servers use for codes.
func word(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// says reports whether the server uses one of the phrases, in lower case, of its own accord: what stands in the ticket, it may only be
// repeating.
func (p problem) says(t ticket, phrases ...string) bool {
	all := strings.ToLower(p.kind + "\n" + p.code + "\n" + p.message)
	for _, phrase := range phrases {
		if strings.Contains(all, phrase) && !t.says(phrase) {
			return true
		}
	}
	return false
}

func (t ticket) says(phrase string) bool {
	return strings.Contains(strings.ToLower(t.title), phrase) || strings.Contains(strings.ToLower(t.description), phrase)
}

// The words of the providers, in lower case. The addresses are where they stand.
var (
	// OpenAI, Azure: https://platform.openai.com/docs/guides/error-codes. DeepSeek: https://api-docs.deepseek.com/quick_start/error_codes.
	// Anthropic: "Your credit balance is too low". OpenRouter: https://openrouter.ai/docs/api-reference/errors. LiteLLM: "Budget has been
	// exceeded". Gemini says RESOURCE_EXHAUSTED for throttling, too, in OpenAI's words for a spent quota.
	moneyWords = []string{
		"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient balance", "insufficient_balance",
		"credit balance is too low", "insufficient credits", "insufficient_credits", "requires more credits", "out of credits",
		"payment required", "budget has been exceeded", "budget_exceeded", "exceeded your current quota", "billing is disabled",
		"not enough credits", "no credits", "credits exhausted", "spending limit", "spend limit",
	}
	throttleWords = []string{
		"rate_limit_exceeded", "rate limit", "rate_limit", "ratelimit", "too many requests", "too_many_requests", "resource_exhausted",
		"resource has been exhausted", "throttl", "requests per minute", "tokens per minute",
	}
	keyWords = []string{
		"invalid_api_key", "api key not valid", "api_key_invalid", "incorrect api key", "invalid api key", "invalid_authentication",
		"authentication_error", "unauthorized", "unauthenticated", "invalid x-api-key", "permission_denied", "missing api key",
	}
	// Azure: https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter. Alibaba: data_inspection_failed. OpenRouter:
	// 403 with metadata.flagged_input.
	filterWords = []string{
		"content_filter", "responsibleaipolicyviolation", "content_policy_violation", "content management policy", "data_inspection_failed",
		"prohibited_content", "content policy", "flagged", "moderation", "usage policy", "safety system",
	}
	// OpenAI context_length_exceeded; vLLM and SGLang "maximum context length"; llama.cpp "exceeds the available context size" and
	// exceed_context_size_error; Ollama "exceeds context length"; Anthropic "prompt is too long"; Gemini "input token count … exceeds
	// the maximum"; TGI "`inputs` tokens + `max_new_tokens` must be <="; Mistral "too large for model with … maximum context length";
	// Groq "Please reduce the length of the messages"; LM Studio "greater than the context length", "context overflow".
	longWords = []string{
		"context_length_exceeded", "context length", "context_length", "context size", "exceed_context_size", "context window", "context_window",
		"prompt is too long", "prompt too long", "input is too long", "input too long", "input token count", "max_new_tokens` must be",
		"reduce the length", "too many tokens", "context overflow", "string too long", "string_above_max_length", "maximum number of tokens",
		"request too large", "tokens_limit_reached", "max input length", "input length",
	}
	timeoutWords = []string{"timeout", "timed out", "deadline_exceeded", "deadline exceeded"}
)

// outOfMoney tells an account without money or quota, which no waiting cures, from throttling.
func (f *failure) outOfMoney(t ticket) bool {
	if strings.EqualFold(f.problem.kind, "RESOURCE_EXHAUSTED") {
		return false
	}
	return f.status == http.StatusPaymentRequired || f.status != http.StatusNotFound && f.problem.says(t, moneyWords...)
}

// tooLong reports whether the text and the room for the answer do not fit the model's context.
func (f *failure) tooLong(t ticket) bool {
	return f.status == http.StatusRequestEntityTooLarge || f.status < http.StatusInternalServerError && f.status != http.StatusTooManyRequests && f.problem.says(t, longWords...) ||
		f.status == http.StatusInternalServerError && f.problem.says(t, longWords...)
}

// tokenCount is how servers say what an answer may take at most.
var tokenCount = regexp.MustCompile(`\d[\d,_]*`)

// mostTokens is the largest size of an answer below sent that the server names; 0 if it names none. "max_tokens is too large: 2000. This
// model supports at most 1024 completion tokens" (OpenAI).
func (p problem) mostTokens(sent int) int {
	message := strings.ToLower(p.message)
	if !slices.ContainsFunc([]string{"too large", "at most", "maximum", "less than", "exceed", "<=", "up to", "range"}, func(w string) bool { return strings.Contains(message, w) }) {
		return 0
	}
	most := 0
	for _, found := range tokenCount.FindAllString(message, -1) {
		if n, err := strconv.Atoi(strings.NewReplacer(",", "", "_", "").Replace(found)); err == nil && n < sent && n >= minBudget/4 {
			most = max(most, n)
		}
	}
	return most
}
