package failure

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// Sent is what the server was sent of a ticket. Words in it are not the server's own: it may only repeat
// them.
type Sent struct{ Title, Description string }

// Says reports whether the ticket has the phrase, which is in lower case.
func (s Sent) Says(phrase string) bool {
	return strings.Contains(strings.ToLower(s.Title+"\n"+s.Description), phrase)
}

// Says reports whether the server uses one of the phrases, in lower case, of its own accord.
func (p Problem) Says(s Sent, phrases ...string) bool {
	all := strings.ToLower(p.Kind + "\n" + p.Code + "\n" + p.Message)
	for _, phrase := range phrases {
		if strings.Contains(all, phrase) && !s.Says(phrase) {
			return true
		}
	}
	return false
}

// status returns the HTTP status that goes with what the server says; 0 if it says nothing known.
func (p Problem) status() int {
	says := func(phrases []string) bool { return p.Says(Sent{}, phrases...) }
	switch {
	case p.numericStatus() != 0:
		return p.numericStatus()
	case p.outOfMoney(Sent{}):
		return http.StatusPaymentRequired
	case says(throttleWords):
		return http.StatusTooManyRequests
	case says(LongWords), says(filterWords):
		return http.StatusBadRequest
	case says(keyWords):
		return http.StatusUnauthorized
	case p.UnknownModel(Sent{}):
		return http.StatusNotFound
	case says(timeoutWords):
		return http.StatusGatewayTimeout
	case says(loadingWords), says(brokenWords):
		return http.StatusServiceUnavailable
	case says(requestWords):
		return http.StatusBadRequest
	}
	return 0
}

// numericStatus returns the document's code if it is an HTTP status of failure, else 0.
func (p Problem) numericStatus() int {
	code, err := strconv.Atoi(p.Code)
	if err != nil || code < http.StatusBadRequest || code > 599 {
		return 0
	}
	return code
}

// outOfMoney tells an account without money or quota, which no waiting cures, from throttling.
func (p Problem) outOfMoney(s Sent) bool {
	return p.Says(s, moneyWords...) || p.Says(s, quotaWords...) && !p.Says(s, geminiWords...)
}

// UnknownModel reports whether the server does not know the model, in words: Ollama and vLLM give no code
// for that.
func (p Problem) UnknownModel(s Sent) bool {
	return p.Says(s, "model") && p.Says(s, absentWords...)
}

// tokenCount matches the figure by which servers name the most that an answer may take.
var tokenCount = regexp.MustCompile(`\d[\d,_]*`)

// MostTokens returns the largest size of an answer that the server names, from least to below what was
// sent; 0 if the failure is about something else. "max_tokens is too large: 2000. This model supports at
// most 1024 completion tokens" (OpenAI).
func (f *Failure) MostTokens(sent, least int, s Sent) int {
	aboutSize := f.Says(s, sizeWords...) && f.Says(Sent{}, boundWords...)
	if !f.MayReject() || !aboutSize || f.Says(Sent{}, LongWords...) {
		return 0
	}
	most := 0
	for _, found := range tokenCount.FindAllString(f.Message, -1) {
		n, err := strconv.Atoi(strings.NewReplacer(",", "", "_", "").Replace(found))
		if err == nil && n < sent && n >= least {
			most = max(most, n)
		}
	}
	return most
}
