package failure

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"ticketd/adapters/openai/internal/answer"
	"ticketd/domain"
)

// Within returns what an error document that came with status 200 means, nil if the document is none.
// Gateways that have sent their status line before the server behind them fails put the error where the
// completion would stand, or into its choice (https://openrouter.ai/docs/api/reference/errors-and-debugging).
func Within(body []byte, header http.Header) *Failure {
	if !mayFail(body) {
		return nil
	}
	said, certain := errorIn(document(body))
	if said == nil {
		return nil
	}
	f := &Failure{Header: header, Problem: problemIn(said)}
	if f.Status = f.Problem.numericStatus(); f.Status == 0 {
		f.Status = f.Problem.meaning()
	}
	if f.Status == 0 && !certain {
		return nil
	}
	if _, _, err := answer.Read(domain.Answer{}, body); err == nil {
		return nil // a verdict beside the error
	}
	if f.Status == 0 {
		f.Status = http.StatusBadGateway
	}
	f.Input, f.Output = answer.Usage(body)
	return f
}

const blanks = " \t\r\n"

// maxFailure is how large a document with an error beside a choice may be.
const maxFailure = 1 << 20

// mayFail spares usual answers a second look: they have choices and no error.
func mayFail(body []byte) bool {
	if len(body) > maxFailure {
		return false
	}
	if len(body) <= maxProblem && !bytes.Contains(body, []byte(`"choices"`)) {
		return true
	}
	for rest := body; ; {
		_, after, found := bytes.Cut(rest, []byte(`"error`))
		if !found {
			return false
		}
		rest = after
		after = bytes.TrimPrefix(bytes.TrimPrefix(after, []byte("s")), []byte(`"`))
		value, isName := bytes.CutPrefix(bytes.TrimLeft(after, blanks), []byte(":"))
		if isName && !bytes.HasPrefix(bytes.TrimLeft(value, blanks), []byte("null")) {
			return true
		}
	}
}

// document reads a body for errors. Of a list, as Gemini sends it, it takes the first; of a stream the chunk
// with an error, as LM Studio sends it (https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/2322).
func document(body []byte) (doc any) {
	if json.Unmarshal(body, &doc) == nil {
		if list, ok := doc.([]any); ok && len(list) > 0 {
			return list[0]
		}
		return doc
	}
	for line := range bytes.Lines(body) {
		if data, found := bytes.CutPrefix(line, []byte("data:")); found && json.Unmarshal(data, &doc) == nil {
			if _, certain := errorIn(doc); certain {
				return doc
			}
		}
	}
	return string(body)
}

// errorIn returns what a document says of an error, nil if it says nothing; certain is false if it may be
// about something else.
func errorIn(doc any) (said any, certain bool) {
	o, ok := doc.(map[string]any)
	if !ok {
		return doc, false
	}
	choices, _ := o["choices"].([]any)
	for _, name := range []string{"error", "errors"} {
		if isSet(o[name]) {
			return o, true
		}
	}
	for _, c := range choices {
		if one, ok := c.(map[string]any); ok && isSet(one["error"]) {
			return one["error"], true
		}
	}
	switch {
	case o["object"] == "error" || o["type"] == "error":
		return o, true
	case len(choices) == 0 && (isSet(o["message"]) || isSet(o["detail"]) || isSet(o["msg"])):
		return o, false
	}
	return nil, false
}

func isSet(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return v != 0.0
}

// numericStatus is the code of a document that is an HTTP status of failure, 0 if it is none.
func (p Problem) numericStatus() int {
	code, err := strconv.Atoi(p.Code)
	if err != nil || code < http.StatusBadRequest || code > 599 {
		return 0
	}
	return code
}
