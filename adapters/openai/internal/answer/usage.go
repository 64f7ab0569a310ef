package answer

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// tokensUsed reads the names of OpenAI, of Anthropic and of Ollama. Figures may be fractions or strings.
func tokensUsed(usage jsontext.Value) (input, output int) {
	var counts map[string]jsontext.Value
	if usage.Kind() != '{' || json.Unmarshal(usage, &counts, lenient()) != nil {
		return 0, 0
	}
	return count(counts, "prompt_tokens", "input_tokens", "prompt_eval_count"),
		count(counts, "completion_tokens", "output_tokens", "eval_count")
}

func (c completion) tokensUsed() (input, output int) {
	if c.Usage.Kind() == '{' {
		return tokensUsed(c.Usage)
	}
	const in, out = "prompt_eval_count", "eval_count"
	counts := map[string]jsontext.Value{in: c.PromptEvalCount, out: c.EvalCount}
	return count(counts, in), count(counts, out)
}

func count(counts map[string]jsontext.Value, names ...string) int {
	for _, name := range names {
		raw := strings.Trim(string(counts[name]), `"`)
		if n, err := strconv.ParseFloat(raw, 64); err == nil && n > 0 && n <= math.MaxInt32 {
			return int(n)
		}
	}
	return 0
}

// Usage returns the tokens that a document counts; error documents do, too.
func Usage(body []byte) (input, output int) {
	var doc struct {
		Usage jsontext.Value `json:"usage"`
	}
	if json.Unmarshal(body, &doc, lenient()) != nil {
		return 0, 0
	}
	return tokensUsed(doc.Usage)
}
