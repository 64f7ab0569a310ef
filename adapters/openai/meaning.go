package openai

import (
	"net/http"
	"strings"
)

// meaning is the status that goes with what the server says; 0 if it says nothing known.
func (p problem) meaning() int {
	none := ticket{}
	switch {
	case p.outOfMoney(none):
		return http.StatusPaymentRequired
	case p.says(none, throttleWords...):
		return http.StatusTooManyRequests
	case p.says(none, longWords...), p.says(none, filterWords...):
		return http.StatusBadRequest
	case p.says(none, keyWords...):
		return http.StatusUnauthorized
	case p.unknownModel(none):
		return http.StatusNotFound
	case p.says(none, timeoutWords...):
		return http.StatusGatewayTimeout
	case p.says(none, loadingWords...), p.says(none, brokenWords...):
		return http.StatusServiceUnavailable
	case p.says(none, requestWords...):
		return http.StatusBadRequest
	}
	return 0
}

// says reports whether the server uses one of the phrases, in lower case, of its own accord: what stands in
// the ticket, it may only be repeating.
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
	return strings.Contains(strings.ToLower(t.title+"\n"+t.description), phrase)
}

// outOfMoney tells an account without money or quota, which no waiting cures, from throttling.
func (f *failure) outOfMoney(t ticket) bool {
	return f.status == http.StatusPaymentRequired || f.problem.outOfMoney(t)
}

func (p problem) outOfMoney(t ticket) bool {
	return p.says(t, moneyWords...) || p.says(t, quotaWords...) && !p.says(t, geminiWords...)
}

// tooLong reports whether the text and the room for the answer do not fit the model's context.
func (f *failure) tooLong(t ticket) bool {
	switch {
	case f.status == http.StatusRequestEntityTooLarge:
		return true
	case f.status == http.StatusTooManyRequests:
		return f.problem.says(t, neverFits...)
	}
	return f.status >= http.StatusBadRequest && f.problem.says(t, longWords...)
}

// unknownModel reports whether the server does not know the model, in words: Ollama and vLLM give no code for
// it.
func (p problem) unknownModel(t ticket) bool {
	return p.says(t, "model") && p.says(t, absentWords...)
}
