package openai

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxProblem is how much of an error document is read: real ones are far shorter.
const maxProblem = 64 << 10

// problem is what servers say in an error document. Its message may repeat the key or the ticket: it is searched for the names of
// parameters and never shown.
type problem struct{ kind, code, param, message string }

// newFailure reads the error document as far as there is one. Of anything else the whole body counts as the message.
func newFailure(res *http.Response) *failure {
	f := &failure{status: res.StatusCode, header: res.Header}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxProblem))
	if err != nil {
		return f // it was cut off or too large; the status says enough
	}
	var doc struct{ Error json.RawMessage }
	var inner struct{ Type, Code, Param, Message any }
	if json.Unmarshal(body, &doc) != nil || len(doc.Error) == 0 || json.Unmarshal(doc.Error, &inner) != nil {
		f.problem.message = string(body)
		return f
	}
	f.problem = problem{word(inner.Type), word(inner.Code), word(inner.Param), word(inner.Message)}
	return f
}

// word takes numbers too, which some servers use for codes.
func word(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// outOfMoney tells a 429 that no waiting cures from one that it does.
func (p problem) outOfMoney() bool {
	for _, w := range []string{p.kind, p.code} {
		switch w {
		case "insufficient_quota", "billing_hard_limit_reached", "billing_not_active":
			return true
		}
	}
	return false
}

// rejects gives the parameters that the server does not take, of those in a call without the ones already left out; 0 if the
// failure is about something else. OpenAI names the parameter in the document's "param", other servers in their message only.
func (f *failure) rejects(without parameter, t ticket) parameter {
	switch f.status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusForbidden: // 403: log-probabilities of some models
	default:
		return 0
	}
	message := strings.ToLower(f.problem.message)
	if f.problem.code == "context_length_exceeded" || strings.Contains(message, "context length") {
		return 0 // the ticket is too long, though the limit on the answer is named
	}
	names := sent(without)
	if f.problem.param != "" {
		return firstNamed(f.problem.param, names)
	}
	ticket := strings.ToLower(t.title + "\n" + t.description)
	for name := range names {
		if strings.Contains(ticket, name) {
			delete(names, name) // the server may only be repeating the ticket
		}
	}
	return firstNamed(message, names)
}

func firstNamed(s string, names map[string]parameter) parameter {
	for _, w := range strings.FieldsFunc(s, notWord) {
		if p, ok := names[w]; ok {
			return p
		}
	}
	return 0
}
