package failure

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// maxProblem bounds how much of an error document is read: real ones are far shorter.
const maxProblem = 64 << 10

// Problem is what a server says in an error document. Its message may repeat the key or the ticket: it is
// searched for known phrases and never shown.
type Problem struct{ Kind, Code, Param, Message string }

// newProblem reads error documents that are objects (OpenAI), lists (Gemini), strings, plain text, FastAPI's
// {"detail": …}, vLLM's {"object": "error", …} and Anthropic's {"type": "error", "error": {…}}.
func newProblem(body []byte) Problem {
	var doc any
	if json.Unmarshal(body, &doc) != nil {
		return Problem{Message: string(body)}
	}
	return problemIn(doc)
}

func problemIn(doc any) Problem {
	var r problemReader
	r.read(doc, 0)
	r.Message = strings.Join(r.words, "\n")
	return r.Problem
}

// problemReader takes the first kind, code and param that it meets, outermost first. All other words become
// the message.
type problemReader struct {
	Problem
	words []string
}

// maxNesting is deeper than servers wrap the errors of servers behind them.
const maxNesting = 6

func (r *problemReader) read(v any, depth int) {
	if depth > maxNesting {
		return
	}
	switch v := v.(type) {
	case string:
		r.words = append(r.words, v)
		var doc map[string]any // a gateway repeats the document of the server behind it
		if depth > 0 && strings.Contains(v, "{") && json.Unmarshal([]byte(v), &doc) == nil {
			r.object(doc, depth+1)
		}
	case []any:
		for _, item := range v {
			r.read(item, depth+1)
		}
	case map[string]any:
		r.object(v, depth)
	}
}

// inner are the members that hold words or further objects, in the order of their weight.
var inner = []string{
	"error", "errors", "message", "msg", "detail", "details", "title", "error_message", "innererror",
	"inner_error", "metadata", "raw", "retryDelay",
}

func (r *problemReader) object(o map[string]any, depth int) {
	for _, name := range []string{"status", "type", "kind", "reason"} {
		if s, ok := o[name].(string); ok && s != "error" && !strings.Contains(s, " ") {
			r.take(&r.Kind, s)
		}
	}
	for _, name := range []string{"code", "error_code", "status_code", "statusCode", "status"} {
		if s, ok := o[name].(string); name != "status" || !ok {
			r.take(&r.Code, cmp.Or(s, word(o[name])))
		}
	}
	r.take(&r.Param, word(o["param"]))
	if place, ok := o["loc"].([]any); ok { // FastAPI: ["body", "response_format", "type"]
		for _, name := range place {
			r.words = append(r.words, word(name))
		}
	}
	for _, name := range inner {
		r.read(o[name], depth+1)
	}
}

func (r *problemReader) take(part *string, w string) {
	if *part == "" {
		*part = w
	} else {
		r.words = append(r.words, w)
	}
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
