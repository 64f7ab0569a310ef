package openai_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
	"ticketd/domain"
)

// document is a chat completion around a message, as text.
func document(message string) string {
	return `{"id":"x","object":"chat.completion","model":"m","choices":[{"index":0,"message":` + message + `,"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":9}}`
}

// saying is a chat completion whose content is this text.
func saying(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings can always be written
	}
	return document(`{"role":"assistant","content":` + string(quoted) + `}`)
}

const (
	right   = `{"category":"billing","priority":"high","confidence":0.93}`
	another = `{"category":"general","priority":"low","confidence":0.5}`
)

// Each is a form that servers are publicly known to give an answer; see docs/models.md for the servers.
func TestAVerdictIsHeardWhateverSurroundsIt(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"plain":                                saying(right),
		"labels alone":                         saying(`{"category":"billing","priority":"high"}`),
		"a fence with words around":            saying("Here is the result:\n```json\n" + right + "\n```\nLet me know!"),
		"a tilde fence":                        saying("~~~\n" + right + "\n~~~"),
		"thoughts before it":                   saying("<think>\nIs it " + another + "? No.\n</think>\n\n" + right),
		"thoughts that begin in the prompt":    saying("First I thought " + another + "\n</think>\n" + right),
		"thoughts that nobody closed":          saying("<think>\nThe customer was charged twice.\n" + right),
		"thoughts after it":                    saying(right + "\n<think>or " + another + "?</think>"),
		"Magistral's thoughts":                 saying("[THINK]" + another + "[/THINK]" + right),
		"Kimi's thoughts":                      saying("◁think▷" + another + "◁/think▷" + right),
		"the harmony format":                   saying("<|channel|>analysis<|message|>maybe " + another + "<|end|><|start|>assistant<|channel|>final<|message|>" + right + "<|return|>"),
		"the harmony format without its marks": saying("analysisThe user was charged twice, " + another + "? assistantfinal" + right),
		"an end of sequence":                   saying(right + "</s>"),
		"another end of sequence":              saying(right + "<|im_end|>\n"),
		"a byte order mark":                    saying("\ufeff" + right),
		"raw line breaks in a string":          saying("{\"category\":\"billing\",\"priority\":\"high\",\"reason\":\"two\nlines\tand a tab\"}"),
		"trailing commas":                      saying(`{"category":"billing","priority":"high",}`),
		"comments":                             saying("{\n// money\n\"category\": \"billing\", /* now */ \"priority\": \"high\"}"),
		"single quotes":                        saying(`{'category': 'billing', 'priority': 'high'}`),
		"names without quotes":                 saying(`{category: "billing", priority: "high"}`),
		"typographic quotes":                   saying("{\u201ccategory\u201d: \u201cbilling\u201d, \u201cpriority\u201d: \u201chigh\u201d}"),
		"names in capitals":                    saying(`{"Category":"billing","Priority":"high"}`),
		"labels in capitals":                   saying(`{"category":"Billing","priority":"HIGH"}`),
		"labels with punctuation":              saying(`{"category":" billing. ","priority":"**High**"}`),
		"a wrapper":                            saying(`{"result":` + right + `}`),
		"a list of one":                        saying(`[` + right + `]`),
		"a schema's name around it":            saying(`{"ticket_verdict":` + right + `}`),
		"the object as a string":               saying(`"{\"category\":\"billing\",\"priority\":\"high\"}"`),
		"a call written as text":               saying(`<tool_call>{"name":"ticket_verdict","arguments":` + right + `}</tool_call>`),
		"a call whose arguments are a string":  saying(`{"name":"ticket_verdict","arguments":"{\"category\":\"billing\",\"priority\":\"high\"}"}`),
		"the same verdict twice":               saying(right + "\n" + right),
		"a template before it":                 saying(`I fill in {"category":"billing|technical|general","priority":"low|medium|high"}: ` + right),
		"other objects before it":              saying(`{"note":"x"} {"a":[1,2]} ` + right),
		"a brace in prose":                     saying("Use {this} and {that: " + right),
		"typed parts":                          document(`{"content":[{"type":"text","text":"{\"category\":\"billing\","},{"type":"text","text":"\"priority\":\"high\"}"}]}`),
		"a part that thinks":                   document(`{"content":[{"type":"thinking","thinking":[{"type":"text","text":"{\"category\":\"general\",\"priority\":\"low\"}"}]},{"type":"text","text":"{\"category\":\"billing\",\"priority\":\"high\"}"}]}`),
		"reasoning beside it":                  document(`{"content":"{\"category\":\"billing\",\"priority\":\"high\"}","reasoning_content":"{\"category\":\"general\",\"priority\":\"low\"}"}`),
		"all of it sorted into the reasoning":  document(`{"content":null,"reasoning_content":"It is money.\n{\"category\":\"billing\",\"priority\":\"high\"}"}`),
		"all of it in reasoning":               document(`{"content":"","reasoning":"{\"category\":\"billing\",\"priority\":\"high\"}"}`),
		"a tool call":                          document(`{"content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"category\":\"billing\",\"priority\":\"high\"}"}}]}`),
		"a tool call with an object":           document(`{"content":"","tool_calls":[{"function":{"name":"f","arguments":{"category":"billing","priority":"high"}}}]}`),
		"the older function call":              document(`{"content":null,"function_call":{"name":"f","arguments":"{\"category\":\"billing\",\"priority\":\"high\"}"}}`),
		"nothing but the message":              `{"choices":[{"message":{"content":"{\"category\":\"billing\",\"priority\":\"high\"}"}}]}`,
		"an unknown end":                       strings.Replace(saying(right), `"stop"`, `"eos_token"`, 1),
		"no end":                               strings.Replace(saying(right), `"stop"`, `null`, 1),
		"an end by length, but whole":          strings.Replace(saying(right), `"stop"`, `"length"`, 1),
		"log-probabilities that are no JSON":   strings.Replace(saying(right), `"finish_reason"`, `"logprobs":{"content":[{"token":"{","logprob":-Infinity,"top_logprobs":[{"token":"x","logprob":NaN}]}]},"finish_reason"`, 1),
		"fields of odd types":                  `{"id":7,"model":["m"],"usage":"none","choices":[{"index":"0","finish_reason":3,"logprobs":"x","message":{"content":"{\"category\":\"billing\",\"priority\":\"high\"}","tool_calls":"none","refusal":false}}]}`,
		"several choices that agree":           `{"choices":[{"message":{"content":"hm"}},{"message":{"content":"{\"category\":\"billing\",\"priority\":\"high\"}"}}]}`,
		"text in place of a message":           `{"choices":[{"text":"{\"category\":\"billing\",\"priority\":\"high\"}"}]}`,
		"blank lines to keep the line open":    "\n\n\n" + saying(right),
		"a stream that nobody asked for": "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"{\\\"category\\\":\\\"billing\\\",\"}}]}\n\n" +
			"data: {\"choices\":[{\"delta\":{\"content\":\"\\\"priority\\\":\\\"high\\\"}\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := openai.ReadAnswer([]byte(body))
			require.NoError(t, err)
			require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
			require.Equal(t, domain.PriorityHigh, answer.Verdict.Priority())
		})
	}
}

func TestWhatIsNoVerdict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want *domain.Error
	}{
		"a verdict in thoughts":                 {saying("<think>" + right + "</think> I do not know."), domain.ErrBadAnswer},
		"a verdict in thoughts, followed":       {saying("<think>" + right + " but no"), domain.ErrBadAnswer},
		"a verdict in thoughts, harmony":        {saying("<|channel|>analysis<|message|>" + right + "<|end|>"), domain.ErrBadAnswer},
		"a verdict before the end of thoughts":  {saying(right + "</think>"), domain.ErrBadAnswer},
		"two verdicts that differ":              {saying(right + another), domain.ErrBadAnswer},
		"two verdicts in one object":            {saying(`{"a":` + right + `,"b":` + another + `}`), domain.ErrBadAnswer},
		"a label twice with other values":       {saying(`{"category":"billing","category":"general","priority":"low"}`), domain.ErrBadAnswer},
		"a label off the list":                  {saying(`{"category":"bill","priority":"high"}`), domain.ErrBadAnswer},
		"two labels in one":                     {saying(`{"category":"billing, technical","priority":"high"}`), domain.ErrBadAnswer},
		"labels in two objects":                 {saying(`{"category":"billing"}{"priority":"high"}`), domain.ErrBadAnswer},
		"a verdict in a reason":                 {saying(`{"category":"billing","reason":"{\"category\":\"general\",\"priority\":\"low\"}"}`), domain.ErrBadAnswer},
		"choices that differ":                   {`{"choices":[{"message":{"content":` + quoted(right) + `}},{"message":{"content":` + quoted(another) + `}}]}`, domain.ErrBadAnswer},
		"prose":                                 {saying("category: billing, priority: high"), domain.ErrBadAnswer},
		"nothing":                               {saying(""), domain.ErrAnswerEmpty},
		"no choices":                            {`{"choices":[]}`, domain.ErrAnswerEmpty},
		"half an object":                        {strings.Replace(saying(right[:30]), `"stop"`, `"length"`, 1), domain.ErrAnswerCutOff},
		"a draft in thoughts that were cut off": {strings.Replace(saying("<think>maybe "+right), `"stop"`, `"length"`, 1), domain.ErrAnswerCutOff},
		"nothing but thoughts":                  {strings.Replace(document(`{"content":"","reasoning_content":`+quoted("maybe "+right)+`}`), `"stop"`, `"length"`, 1), domain.ErrAnswerCutOff},
		"a refusal":                             {document(`{"content":null,"refusal":"I can't help with that."}`), domain.ErrAnswerRefused},
		"a content filter":                      {strings.Replace(saying(""), `"stop"`, `"content_filter"`, 1), domain.ErrAnswerRefused},
		"Gemini's content filter":               {strings.Replace(saying(""), `"stop"`, `"PROHIBITED_CONTENT"`, 1), domain.ErrAnswerRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := openai.ReadAnswer([]byte(c.body))
			require.ErrorIs(t, err, c.want)
			require.True(t, answer.Verdict.IsZero())
		})
	}
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(b)
}

func TestFiguresThatCannotBeUsedCostOnlyThemselves(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]*float64{
		`0.93`: new(0.93), `"0.93"`: new(0.93), `1`: new(1.0), `0`: new(0.0), `" 0.5 "`: new(0.5),
		`95`: nil, `"95%"`: nil, `1.01`: nil, `-0.2`: nil, `"high"`: nil, `null`: nil, `true`: nil, `{"a":1}`: nil, `[0.9]`: nil, `NaN`: nil, `""`: nil,
	} {
		t.Run(written, func(t *testing.T) {
			t.Parallel()
			answer, err := openai.ReadAnswer([]byte(saying(`{"category":"billing","priority":"high","confidence":` + written + `}`)))
			require.NoError(t, err)
			require.Equal(t, want, answer.Verdict.Confidence())
		})
	}
}

// The bounds are generous: what they must tell apart is a linear reader from one that takes minutes.
func TestMonstrousAnswersAreReadInBoundedTime(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	for name, text := range map[string]string{
		"braces":            strings.Repeat("{", size),
		"opened objects":    strings.Repeat(`{"a":`, size/5),
		"opened lists":      strings.Repeat("[", size),
		"lists of objects":  "[" + strings.Repeat(`{"a":1},`, size/8),
		"quotes":            strings.Repeat(`{"`, size/2),
		"escapes":           `{"a":"` + strings.Repeat(`\"{`, size/3),
		"thoughts":          strings.Repeat("<think>", size/7),
		"ends of thoughts":  strings.Repeat("</think>", size/8),
		"mixed thoughts":    strings.Repeat("<think><reasoning>[THINK]", size/25),
		"comments":          strings.Repeat("{/*", size/3),
		"angle brackets":    strings.Repeat("<", size),
		"thousand verdicts": strings.Repeat(right, size/len(right)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			_, err := openai.ReadAnswer([]byte(saying(text)))
			if err != nil {
				require.True(t, domain.BadOutput(domain.CodeOf(err)), err)
			}
			require.Less(t, time.Since(begin), 20*time.Second)
		})
	}
	t.Run("choices", func(t *testing.T) {
		t.Parallel()
		_, err := openai.ReadAnswer([]byte(`{"choices":[` + strings.Repeat(`{"message":{"content":"x"}},`, 10_000) + `{}]}`))
		require.ErrorIs(t, err, domain.ErrBadAnswer)
	})
}
