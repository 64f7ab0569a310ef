package failure

import (
	"net/http"
	"strings"
)

// meaning is the status that goes with what the server says; 0 if it says nothing known.
func (p Problem) meaning() int {
	none := Sent{}
	switch {
	case p.outOfMoney(none):
		return http.StatusPaymentRequired
	case p.Says(none, throttleWords...):
		return http.StatusTooManyRequests
	case p.Says(none, LongWords...), p.Says(none, filterWords...):
		return http.StatusBadRequest
	case p.Says(none, keyWords...):
		return http.StatusUnauthorized
	case p.UnknownModel(none):
		return http.StatusNotFound
	case p.Says(none, timeoutWords...):
		return http.StatusGatewayTimeout
	case p.Says(none, loadingWords...), p.Says(none, brokenWords...):
		return http.StatusServiceUnavailable
	case p.Says(none, requestWords...):
		return http.StatusBadRequest
	}
	return 0
}

// says reports whether the server uses one of the phrases, in lower case, of its own accord: what stands in
// the ticket, it may only be repeating.
func (p Problem) Says(t Sent, phrases ...string) bool {
	all := strings.ToLower(p.Kind + "\n" + p.Code + "\n" + p.Message)
	for _, phrase := range phrases {
		if strings.Contains(all, phrase) && !t.Says(phrase) {
			return true
		}
	}
	return false
}

func (t Sent) Says(phrase string) bool {
	return strings.Contains(strings.ToLower(t.Title+"\n"+t.Description), phrase)
}

// outOfMoney tells an account without money or quota, which no waiting cures, from throttling.
func (f *Failure) outOfMoney(t Sent) bool {
	return f.Status == http.StatusPaymentRequired || f.Problem.outOfMoney(t)
}

func (p Problem) outOfMoney(t Sent) bool {
	return p.Says(t, moneyWords...) || p.Says(t, quotaWords...) && !p.Says(t, geminiWords...)
}

// tooLong reports whether the text and the room for the answer do not fit the model's context.
func (f *Failure) TooLong(t Sent) bool {
	switch {
	case f.Status == http.StatusRequestEntityTooLarge:
		return true
	case f.Status == http.StatusTooManyRequests:
		return f.Problem.Says(t, neverFits...)
	}
	return f.Status >= http.StatusBadRequest && f.Problem.Says(t, LongWords...)
}

// unknownModel reports whether the server does not know the model, in words: Ollama and vLLM give no code for
// it.
func (p Problem) UnknownModel(t Sent) bool {
	return p.Says(t, "model") && p.Says(t, absentWords...)
}
