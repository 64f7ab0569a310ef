package modelserver

import (
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"
)

// Completion is a chat completion before it is encoded. Equal ones are encoded once and kept.
type Completion struct {
	Model      string
	Content    string // empty: null
	Refusal    string // empty: null
	Finish     string
	NoChoices  bool
	NoUsage    bool
	NoLogprobs bool
	// Odd makes the log-probabilities useless: "shifted" tokens that do not add up to the content, "positive"
	// figures.
	Odd         string
	Top         int // how many alternatives were asked for
	CategoryIs  string
	PriorityIs  string
	CategoryPct float64 // the label's share among the closed list, 0 to 1
	PriorityPct float64
}

// Completion returns the verdict as OpenAI would answer it.
func (c Call) Completion() Completion {
	v := c.Verdict
	b := append([]byte(nil), `{"category":`...)
	b = quote(b, v.Category)
	b = append(b, `,"priority":`...)
	b = quote(b, v.Priority)
	b = append(b, `,"confidence":`...)
	b = strconv.AppendFloat(b, v.Confidence, 'g', -1, 64)
	b = append(b, `,"priority_confidence":`...)
	b = strconv.AppendFloat(b, v.PriorityConfidence, 'g', -1, 64)
	b = append(b, `,"reason":`...)
	b = quote(b, v.Reason)
	done := Completion{
		Model: c.Request.Model + "-imitation", Content: string(append(b, '}')), Finish: "stop",
		NoLogprobs: c.Request.Logprobs == nil || !*c.Request.Logprobs, CategoryIs: v.Category,
		PriorityIs: v.Priority, CategoryPct: v.CategoryShare, PriorityPct: v.PriorityShare,
	}
	if c.Request.TopLogprobs != nil {
		done.Top = *c.Request.TopLogprobs
	}
	if done.CategoryPct == 0 {
		done.CategoryPct = v.Confidence
	}
	if done.PriorityPct == 0 {
		done.PriorityPct = v.PriorityConfidence
	}
	return done
}

// maxCached bounds the memory of a server whose every answer differs.
const maxCached = 1024

type cache struct {
	bodies sync.Map // Completion → []byte up to the usage
	size   atomic.Int64
}

// body encodes c; the figures of its usage are those of the call.
func (k *cache) body(c Completion, inputTokens int) []byte {
	var head []byte
	if kept, found := k.bodies.Load(c); found {
		head = kept.([]byte)
	} else {
		head = c.head()
		if k.size.Add(1) <= maxCached {
			k.bodies.Store(c, head)
		}
	}
	b := make([]byte, 0, len(head)+128)
	b = append(b, head...)
	if !c.NoUsage {
		outputTokens := len(c.Content) / 4
		b = append(b, `,"usage":{"prompt_tokens":`...)
		b = strconv.AppendInt(b, int64(inputTokens), 10)
		b = append(b, `,"completion_tokens":`...)
		b = strconv.AppendInt(b, int64(outputTokens), 10)
		b = append(b, `,"total_tokens":`...)
		b = strconv.AppendInt(b, int64(inputTokens+outputTokens), 10)
		b = append(b, '}')
	}
	return append(b, '}')
}

func (c Completion) head() []byte {
	b := append([]byte(nil),
		`{"id":"chatcmpl-imitation","object":"chat.completion","created":1735689600,"model":`...)
	b = quote(b, c.Model)
	b = append(b, `,"choices":[`...)
	if !c.NoChoices {
		b = append(b, `{"index":0,"message":{"role":"assistant","content":`...)
		b = quoteOrNull(b, c.Content)
		b = append(b, `,"refusal":`...)
		b = quoteOrNull(b, c.Refusal)
		b = append(b, `},"logprobs":`...)
		b = c.appendLogprobs(b)
		b = append(b, `,"finish_reason":`...)
		b = quote(b, c.Finish)
		b = append(b, '}')
	}
	return append(b, ']')
}

func (c Completion) appendLogprobs(b []byte) []byte {
	if c.NoLogprobs || c.Content == "" {
		return append(b, "null"...)
	}
	b = append(b, `{"content":`...)
	b = append(b, jsontext.Value(c.Tokens())...)
	return append(b, `,"refusal":null}`...)
}
