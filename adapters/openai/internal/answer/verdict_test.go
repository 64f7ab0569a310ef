package answer_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ticketd/adapters/openai/internal/answer"
	"ticketd/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// read returns the verdict of a server's document.
func read(body []byte) (domain.Answer, error) {
	got, _, err := answer.Read(domain.Answer{}, body)
	return got, err
}

// document is a chat completion around a message, as text.
func document(message string) string {
	return `{"id":"x","object":"chat.completion","model":"m","choices":[{"index":0,"message":` + message + `,` +
		`"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":9}}`
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(b)
}

// content is a chat completion whose content is this text.
func content(text string) string {
	return document(`{"role":"assistant","content":` + quoted(text) + `}`)
}

const (
	right   = `{"category":"billing","priority":"high","confidence":0.93}`
	another = `{"category":"general","priority":"low","confidence":0.5}`
)

// Each is a form that servers are publicly known to give an answer; see docs/models.md for the servers.
func TestAVerdictIsHeardWhateverSurroundsIt(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"plain":        content(right),
		"labels alone": content(`{"category":"billing","priority":"high"}`),
		"a fence with words around": content(
			"Here is the result:\n```json\n" + right + "\n```\nLet me know!"),
		"a tilde fence":                     content("~~~\n" + right + "\n~~~"),
		"thoughts before it":                content("<think>\nIs it " + another + "? No.\n</think>\n\n" + right),
		"thoughts that begin in the prompt": content("First I thought " + another + "\n</think>\n" + right),
		"thoughts that nobody closed":       content("<think>\nThe customer was charged twice.\n" + right),
		"thoughts after it":                 content(right + "\n<think>or " + another + "?</think>"),
		"Magistral's thoughts":              content("[THINK]" + another + "[/THINK]" + right),
		"Kimi's thoughts":                   content("◁think▷" + another + "◁/think▷" + right),
		"the harmony format": content("<|channel|>analysis<|message|>maybe " + another + "<|end|><|start|>" +
			"assistant<|channel|>final<|message|>" + right + "<|return|>"),
		"the harmony format without its marks": content(
			"analysisThe user was charged twice, " + another + "? assistantfinal" + right),
		"an end of sequence":      content(right + "</s>"),
		"another end of sequence": content(right + "<|im_end|>\n"),
		"a byte order mark":       content("\ufeff" + right),
		"raw line breaks in a string": content(
			"{\"category\":\"billing\",\"priority\":\"high\",\"reason\":\"two\nlines\tand a tab\"}"),
		"trailing commas": content(`{"category":"billing","priority":"high",}`),
		"comments": content(
			"{\n// money\n\"category\": \"billing\", /* now */ \"priority\": \"high\"}"),
		"single quotes":        content(`{'category': 'billing', 'priority': 'high'}`),
		"names without quotes": content(`{category: "billing", priority: "high"}`),
		"typographic quotes": content(
			"{\u201ccategory\u201d: \u201cbilling\u201d, \u201cpriority\u201d: \u201chigh\u201d}"),
		"names in capitals":         content(`{"Category":"billing","Priority":"high"}`),
		"labels in capitals":        content(`{"category":"Billing","priority":"HIGH"}`),
		"labels with punctuation":   content(`{"category":" billing. ","priority":"**High**"}`),
		"a wrapper":                 content(`{"result":` + right + `}`),
		"a list of one":             content(`[` + right + `]`),
		"a schema's name around it": content(`{"ticket_verdict":` + right + `}`),
		"the object as a string":    content(`"{\"category\":\"billing\",\"priority\":\"high\"}"`),
		"a call written as text": content(
			`<tool_call>{"name":"ticket_verdict","arguments":` + right + `}</tool_call>`),
		"a call whose arguments are a string": content(
			`{"name":"ticket_verdict","arguments":"{\"category\":\"billing\",\"priority\":\"high\"}"}`),
		"the same verdict twice": content(right + "\n" + right),
		"a template before it": content(
			`I fill in {"category":"billing|technical|general","priority":"low|medium|high"}: ` + right),
		"other objects before it": content(`{"note":"x"} {"a":[1,2]} ` + right),
		"a brace in prose":        content("Use {this} and {that: " + right),
		"typed parts": document(`{"content":[{"type":"text","text":"{\"category\":\"billing\","},` +
			`{"type":"text","text":"\"priority\":\"high\"}"}]}`),
		"a part that thinks": document(`{"content":[{"type":"thinking","thinking":[{"type":"text",` +
			`"text":"{\"category\":\"general\",\"priority\":\"low\"}"}]},{"type":"text",` +
			`"text":"{\"category\":\"billing\",\"priority\":\"high\"}"}]}`),
		"reasoning beside it": document(`{"content":"{\"category\":\"billing\",\"priority\":\"high\"}",` +
			`"reasoning_content":"{\"category\":\"general\",\"priority\":\"low\"}"}`),
		"all of it sorted into the reasoning": document(`{"content":null,"reasoning_content":"It is ` +
			`money.\n{\"category\":\"billing\",\"priority\":\"high\"}"}`),
		"all of it in reasoning": document(
			`{"content":"","reasoning":"{\"category\":\"billing\",\"priority\":\"high\"}"}`),
		"a tool call": document(`{"content":null,"tool_calls":[{"id":"1","type":"function",` +
			`"function":{"name":"f","arguments":"{\"category\":\"billing\",\"priority\":\"high\"}"}}]}`),
		"a tool call with an object": document(`{"content":"","tool_calls":[{"function":{"name":"f",` +
			`"arguments":{"category":"billing","priority":"high"}}}]}`),
		"the older function call": document(`{"content":null,"function_call":{"name":"f",` +
			`"arguments":"{\"category\":\"billing\",\"priority\":\"high\"}"}}`),
		"nothing but the message": `{"choices":[{"message":{"content":"{\"category\":\"billing\",` +
			`\"priority\":\"high\"}"}}]}`,
		"an unknown end":              strings.Replace(content(right), `"stop"`, `"eos_token"`, 1),
		"no end":                      strings.Replace(content(right), `"stop"`, `null`, 1),
		"an end by length, but whole": strings.Replace(content(right), `"stop"`, `"length"`, 1),
		"log-probabilities that are no JSON": strings.Replace(content(right), `"finish_reason"`,
			`"logprobs":{"content":[{"token":"{","logprob":-Infinity,"top_logprobs":[{"token":"x",`+
				`"logprob":NaN}]}]},"finish_reason"`, 1),
		"fields of odd types": `{"id":7,"model":["m"],"usage":"none","choices":[{"index":"0",` +
			`"finish_reason":3,"logprobs":"x","message":{"content":"{\"category\":\"billing\",` +
			`\"priority\":\"high\"}","tool_calls":"none","refusal":false}}]}`,
		"several choices that agree": `{"choices":[{"message":{"content":"hm"}},` +
			`{"message":{"content":"{\"category\":\"billing\",\"priority\":\"high\"}"}}]}`,
		"text in place of a message": `{"choices":[{"text":"{\"category\":\"billing\",` +
			`\"priority\":\"high\"}"}]}`,
		"blank lines to keep the line open":     "\n\n\n" + content(right),
		"Phi's end of sequence":                 content(right + "<|end|>"),
		"Llama's end of sequence":               content(right + "<|eot_id|>"),
		"an instruction's end before and after": content("[/INST] " + right + " [/INST]"),
		"thoughts with an attribute":            content(`<think lang="en">` + another + "</think>" + right),
		"thoughts in capitals":                  content("<THINK>" + another + "</THINK>" + right),
		"MiniMax's thoughts":                    content("<mm:think>" + another + "</mm:think>" + right),
		"Cohere's thoughts": content(
			"<|START_THINKING|>" + another + "<|END_THINKING|><|START_RESPONSE|>" + right + "<|END_RESPONSE|>"),
		"thoughts within thoughts": content(
			"<think>a <think>" + another + "</think> b " + another + "</think>" + right),
		"two thoughts": content(
			"<think>" + another + "</think> hm <reasoning>" + another + "</reasoning>" + right),
		"half an object in thoughts": content(`<think>maybe {"category": "gen</think>` + right),
		"thoughts that nobody closed, and a fence": content(
			"<think>\nTwice.\n```json\n" + right + "\n```\n<|im_end|>"),
		"llama.cpp's harmony format": content("<|channel|>analysis<|message|>" + another + "<|end|>" + right),
		"two analyses": content("<|channel|>analysis<|message|>" + another + "<|end|><|start|>assistant" +
			"<|channel|>analysis<|message|>" + another + "<|end|><|start|>assistant<|channel|>final " +
			"<|constrain|>json<|message|>" + right),
		"an analysis without its end": content(
			"<|channel|>analysis<|message|>" + another + "<|start|>assistant<|channel|>final<|message|>" + right),
		"an analysis whose beginning is lost": content("analysis<|message|>" + another + "<|end|><|start|>" +
			"assistant<|channel|>final<|message|>" + right + "<|return|>"),
		"harmony's commentary": content(
			"<|channel|>commentary to=functions.verdict <|constrain|>json<|message|>" + right + "<|call|>"),
		"a mark of thoughts in its reason": content(
			`{"category":"billing","reason":"<think>","priority":"high"}`),
		"a list of one label":           content(`{"category":["billing"],"priority":["high"]}`),
		"labels in Markdown and quotes": content(`{"category":"**billing**","priority":"\"high\""}`),
		"an escape that JSON does not know": content(
			`{"category":"billing","priority":"high","reason":"50\% \_off\_"}`),
		"words where a figure should be": content(
			`{"category":"billing","priority":"high","confidence":about 0.9 or so}`),
		"a percentage where a figure should be": content(
			`{"category":"billing","priority":"high","confidence": 95%}`),
		"a comment after a figure": content(
			"{\"category\":\"billing\",\"priority\":\"high\",\"confidence\": 0.9 // sure\n}"),
		"Python's literals":    content(`{'category': 'billing', 'priority': 'high', 'reason': None}`),
		"lines of JSON":        content(`{"note":1}` + "\n" + right + "\n" + right),
		"a list of the same":   content("[" + right + "," + right + ",]"),
		"an unclosed list":     content("[" + right),
		"two wrappers":         content(`{"response":{"result":` + right + `}}`),
		"a wrapper that lists": content(`{"tickets":[` + right + `]}`),
		"the schema's wrapper": content(
			`{"type":"object","properties":{"category":"billing","priority":"high"}}`),
		"a schema beside it": content(`{"type":"object","properties":{"category":{"type":"string",` +
			`"enum":["billing"]},"priority":{"enum":["low"]}}}` + right),
		"a template that is no JSON before it": content(
			`I fill in {"category": "billing" | "general", "priority": "low" | "high"}. ` + right),
		"a template with brackets before it": content(
			`Format: {"category": <one>, "priority": <one>}` + "\n" + right),
		"a second verdict within it": content(
			`{"alternative":` + another + `,"category":"billing","priority":"high"}`),
		"the object as a string in a fence": content("```json\n" + quoted(right) + "\n```"),
		"the object as a string twice":      content(quoted(quoted(right))),
		"the inside of a string":            content(`{\"category\":\"billing\",\"priority\":\"high\"}`),
		"a whole object, then cut off": strings.Replace(
			content(right+` {"category":"gen`), `"stop"`, `"length"`, 1),
		"an object as the content": document(`{"content":` + right + `}`),
		"a list of texts":          document(`{"content":[` + quoted(right) + `]}`),
		"output text":              document(`{"content":[{"type":"output_text","text":` + quoted(right) + `}]}`),
		"a part with a JSON value": document(`{"content":[{"type":"json","json":` + right + `}]}`),
		"a part that Gemini calls a thought": document(`{"content":[{"text":` + quoted(
			another) + `,"thought":true},{"text":` + quoted(right) + `}]}`),
		"a part that reasons": document(
			`{"content":[{"type":"reasoning","summary":[{"type":"summary_text","text":` + quoted(
				another) + `}]},{"type":"text","text":` + quoted(right) + `}]}`),
		"all of it in reasoning details": document(
			`{"content":"","reasoning_details":[{"type":"reasoning.text","text":` + quoted(right) + `}]}`),
		"words beside a tool call": document(
			`{"content":"I classify it.","tool_calls":[{"function":{"name":"f","arguments":` + quoted(
				right) + `}}]}`),
		"a tool call without a function": document(`{"tool_calls":[{"name":"f","arguments":` + right + `}]}`),
		"another tool beside it": document(`{"content":` + quoted(
			right) + `,"tool_calls":[{"function":{"name":"f","arguments":"{\"id\":1}"}}]}`),
		"a message that is a text":   `{"choices":[{"message":` + quoted(right) + `}]}`,
		"one choice that is no list": `{"choices":{"message":{"content":` + quoted(right) + `}}}`,
		"a choice that is null":      `{"choices":[null,{"message":{"content":` + quoted(right) + `}}]}`,
		"a delta beside an empty message": `{"choices":[{"message":{},"delta":{"content":` + quoted(
			right) + `}}]}`,
		"an empty refusal":                      document(`{"content":` + quoted(right) + `,"refusal":""}`),
		"a byte order mark before the document": "\ufeff" + content(right),
		"labels as objects": content(
			`{"category":{"value":"billing"},"priority":{"label":"High","confidence":0.8}}`),
		"labels as objects of their own names": content(
			`{"category":{"category":"billing"},"priority":{"priority":"high"}}`),
		"Markdown lines": content("- category: billing\n- priority: high"),
		"Markdown lines with words": content(
			"Here is my answer:\n\n1. **Category:** Billing\n2. **Priority**: `high`\n" +
				"3. Confidence: 0.9\n4. Reason: two charges\nin a month"),
		"a heading and lines": content("# Ticket\n---\nCategory: billing\nPriority: high</s>"),
		"YAML in a fence":     content("```yaml\ncategory: \"billing\"\npriority: 'high'\n```"),
		"thoughts before lines": content(
			"<think>\ncategory: general\n</think>\ncategory: billing\npriority: high"),
		"lines in the final channel": content(
			"<|channel|>final<|message|>category: billing\npriority: high<|return|>"),
		"HTML entities": content(
			`{&quot;category&quot;:&quot;billing&quot;,&quot;priority&quot;:&quot;high&quot;}`),
		"HTML entities and escapes": content(
			`{&quot;category&quot;:&quot;billing&quot;,&quot;reason&quot;:&quot;it&#39;s &amp;quot;&quot;,` +
				`&quot;priority&quot;:&quot;high&quot;}`),
		"a missing last brace":          content(strings.TrimSuffix(right, "}")),
		"a missing brace, then a fence": content("```json\n" + strings.TrimSuffix(right, "}") + "\n```"),
		"a missing brace, then an end":  content(strings.TrimSuffix(right, "}") + "<|im_end|>"),
		"a missing brace of a wrapper":  content(`{"result":` + right),
		"all closing braces missing":    content(`{"result":{"category":"billing","priority":"high"`),
		"a missing brace behind thoughts": content("<think>" + another + "</think>" +
			strings.TrimSuffix(right, "}")),
		"a stream that nobody asked for": "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n" +
			"data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"category\\\":\\\"billing\\\",\"}}]}\n\n" +
			"data: {\"choices\":[{\"delta\":{\"content\":\"\\\"priority\\\":\\\"high\\\"}\"}," +
			"\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := read([]byte(body))
			require.NoError(t, err)
			require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
			require.Equal(t, domain.PriorityHigh, answer.Verdict.Priority())
		})
	}
}
