package failure

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"ticketd/adapters/openai/internal/answer"
)

// maxProblem is how much of an error document is read: real ones are far shorter.
const maxProblem = 64 << 10

// problem is what servers say in an error document. Its message may repeat the key or the ticket: it is
// searched for known phrases and never shown.
type Problem struct{ Kind, Code, Param, Message string }

// newFailure reads the error document as far as there is one. Of anything else the whole body counts as the
// message.
func Of(res *http.Response) *Failure {
	f := &Failure{Status: res.StatusCode, Header: res.Header}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxProblem))
	if err != nil {
		return f // it was cut off or too large; the status says enough
	}
	f.Problem = newProblem(body)
	f.Input, f.Output = answer.Usage(body)
	return f
}

// newProblem takes error documents as objects (OpenAI), lists (Gemini), strings, plain text, FastAPI's
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

// problemReader takes the first kind, code and param that it meets, outermost first. All other words are the
// message.
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
		var doc map[string]any // which a gateway repeats of the server behind it
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

// inner are the members that hold words or further objects, in the order in which they count.
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

// tokenCount is how servers say what an answer may take at most.
var tokenCount = regexp.MustCompile(`\d[\d,_]*`)

// sizeWords are how servers call the size of an answer, whatever it was called in the call.
var sizeWords = []string{"max_tokens", "max_completion_tokens", "max tokens", "max_output_tokens", "maxoutputtokens", "completion tokens", "output tokens"}

// mostTokens is the largest size of an answer below what was sent that the server names; 0 if the failure is
// about something else. "max_tokens is too large: 2000. This model supports at most 1024 completion tokens"
// (OpenAI).
func (f *Failure) MostTokens(sent, least int, t Sent) int {
	if !f.MayReject() || !f.Problem.Says(t, sizeWords...) ||
		f.Problem.Says(Sent{}, LongWords...) ||
		!f.Problem.Says(Sent{}, "too large", "at most", "maximum", "less than", "exceed", "<=", "up to", "range", "limit") {
		return 0
	}
	most := 0
	for _, found := range tokenCount.FindAllString(f.Problem.Message, -1) {
		n, err := strconv.Atoi(strings.NewReplacer(",", "", "_", "").Replace(found))
		if err == nil && n < sent && n >= least {
			most = max(most, n)
		}
	}
	return most
}
