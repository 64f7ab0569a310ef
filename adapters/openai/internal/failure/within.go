package failure

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"

	"ticketd/adapters/openai/internal/answer"
	"ticketd/domain"
)

// Within returns the failure that a document with status 200 tells of; nil if it tells of none. Gateways
// that have sent their status line before the server behind them fails put the error where the completion
// would stand, or into its choice (https://openrouter.ai/docs/api/reference/errors-and-debugging).
func Within(body []byte, header http.Header) *Failure {
	if !mayFail(body) {
		return nil
	}
	told, certain := errorIn(document(body))
	if told == nil {
		return nil
	}
	f := &Failure{Header: header, Problem: problemIn(told)}
	if f.Status = f.status(); f.Status == 0 && !certain {
		return nil
	}
	if _, _, err := answer.Read(domain.Answer{}, body); err == nil {
		return nil // a verdict beside the error
	}
	f.Status = cmp.Or(f.Status, http.StatusBadGateway)
	f.Input, f.Output = answer.Usage(body)
	return f
}

const blanks = " \t\r\n"

// maxFailure bounds a document with an error beside a choice.
const maxFailure = 1 << 20

// mayFail reports whether a document is worth a second look. Usual answers are not: they have choices and
// no error.
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

// document decodes a body in which to look for errors: the first item of a list, as Gemini sends it, the
// chunk with an error of a stream, as LM Studio sends it
// (https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/2322).
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

// errorIn returns the part of a document that tells of an error; nil if none does. certain is false if the
// part may be about something else.
func errorIn(doc any) (told any, certain bool) {
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
