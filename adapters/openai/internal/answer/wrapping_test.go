package answer_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai/internal/answer"
	"ticketd/domain"
)

// read is the way of a server's document to a verdict.
func read(body []byte) (domain.Answer, error) {
	got, _, err := answer.Read(domain.Answer{}, body)
	return got, err
}

// document is a chat completion around a message, as text.
func document(message string) string {
	return `{"id":"x","object":"chat.completion","model":"m","choices":[{"index":0,"message":` + message + `,` +
		`"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":9}}`
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
		"plain":        saying(right),
		"labels alone": saying(`{"category":"billing","priority":"high"}`),
		"a fence with words around": saying(
			"Here is the result:\n```json\n" + right + "\n```\nLet me know!"),
		"a tilde fence":                     saying("~~~\n" + right + "\n~~~"),
		"thoughts before it":                saying("<think>\nIs it " + another + "? No.\n</think>\n\n" + right),
		"thoughts that begin in the prompt": saying("First I thought " + another + "\n</think>\n" + right),
		"thoughts that nobody closed":       saying("<think>\nThe customer was charged twice.\n" + right),
		"thoughts after it":                 saying(right + "\n<think>or " + another + "?</think>"),
		"Magistral's thoughts":              saying("[THINK]" + another + "[/THINK]" + right),
		"Kimi's thoughts":                   saying("◁think▷" + another + "◁/think▷" + right),
		"the harmony format": saying("<|channel|>analysis<|message|>maybe " + another + "<|end|><|start|>" +
			"assistant<|channel|>final<|message|>" + right + "<|return|>"),
		"the harmony format without its marks": saying(
			"analysisThe user was charged twice, " + another + "? assistantfinal" + right),
		"an end of sequence":      saying(right + "</s>"),
		"another end of sequence": saying(right + "<|im_end|>\n"),
		"a byte order mark":       saying("\ufeff" + right),
		"raw line breaks in a string": saying(
			"{\"category\":\"billing\",\"priority\":\"high\",\"reason\":\"two\nlines\tand a tab\"}"),
		"trailing commas":      saying(`{"category":"billing","priority":"high",}`),
		"comments":             saying("{\n// money\n\"category\": \"billing\", /* now */ \"priority\": \"high\"}"),
		"single quotes":        saying(`{'category': 'billing', 'priority': 'high'}`),
		"names without quotes": saying(`{category: "billing", priority: "high"}`),
		"typographic quotes": saying(
			"{\u201ccategory\u201d: \u201cbilling\u201d, \u201cpriority\u201d: \u201chigh\u201d}"),
		"names in capitals":         saying(`{"Category":"billing","Priority":"high"}`),
		"labels in capitals":        saying(`{"category":"Billing","priority":"HIGH"}`),
		"labels with punctuation":   saying(`{"category":" billing. ","priority":"**High**"}`),
		"a wrapper":                 saying(`{"result":` + right + `}`),
		"a list of one":             saying(`[` + right + `]`),
		"a schema's name around it": saying(`{"ticket_verdict":` + right + `}`),
		"the object as a string":    saying(`"{\"category\":\"billing\",\"priority\":\"high\"}"`),
		"a call written as text": saying(
			`<tool_call>{"name":"ticket_verdict","arguments":` + right + `}</tool_call>`),
		"a call whose arguments are a string": saying(
			`{"name":"ticket_verdict","arguments":"{\"category\":\"billing\",\"priority\":\"high\"}"}`),
		"the same verdict twice": saying(right + "\n" + right),
		"a template before it": saying(
			`I fill in {"category":"billing|technical|general","priority":"low|medium|high"}: ` + right),
		"other objects before it": saying(`{"note":"x"} {"a":[1,2]} ` + right),
		"a brace in prose":        saying("Use {this} and {that: " + right),
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
		"an unknown end":              strings.Replace(saying(right), `"stop"`, `"eos_token"`, 1),
		"no end":                      strings.Replace(saying(right), `"stop"`, `null`, 1),
		"an end by length, but whole": strings.Replace(saying(right), `"stop"`, `"length"`, 1),
		"log-probabilities that are no JSON": strings.Replace(saying(right), `"finish_reason"`,
			`"logprobs":{"content":[{"token":"{","logprob":-Infinity,"top_logprobs":[{"token":"x",`+
				`"logprob":NaN}]}]},"finish_reason"`, 1),
		"fields of odd types": `{"id":7,"model":["m"],"usage":"none","choices":[{"index":"0",` +
			`"finish_reason":3,"logprobs":"x","message":{"content":"{\"category\":\"billing\",` +
			`\"priority\":\"high\"}","tool_calls":"none","refusal":false}}]}`,
		"several choices that agree": `{"choices":[{"message":{"content":"hm"}},` +
			`{"message":{"content":"{\"category\":\"billing\",\"priority\":\"high\"}"}}]}`,
		"text in place of a message": `{"choices":[{"text":"{\"category\":\"billing\",` +
			`\"priority\":\"high\"}"}]}`,
		"blank lines to keep the line open":     "\n\n\n" + saying(right),
		"Phi's end of sequence":                 saying(right + "<|end|>"),
		"Llama's end of sequence":               saying(right + "<|eot_id|>"),
		"an instruction's end before and after": saying("[/INST] " + right + " [/INST]"),
		"thoughts with an attribute":            saying(`<think lang="en">` + another + "</think>" + right),
		"thoughts in capitals":                  saying("<THINK>" + another + "</THINK>" + right),
		"MiniMax's thoughts":                    saying("<mm:think>" + another + "</mm:think>" + right),
		"Cohere's thoughts": saying(
			"<|START_THINKING|>" + another + "<|END_THINKING|><|START_RESPONSE|>" + right + "<|END_RESPONSE|>"),
		"thoughts within thoughts": saying(
			"<think>a <think>" + another + "</think> b " + another + "</think>" + right),
		"two thoughts": saying(
			"<think>" + another + "</think> hm <reasoning>" + another + "</reasoning>" + right),
		"half an object in thoughts": saying(`<think>maybe {"category": "gen</think>` + right),
		"thoughts that nobody closed, and a fence": saying(
			"<think>\nTwice.\n```json\n" + right + "\n```\n<|im_end|>"),
		"llama.cpp's harmony format": saying("<|channel|>analysis<|message|>" + another + "<|end|>" + right),
		"two analyses": saying("<|channel|>analysis<|message|>" + another + "<|end|><|start|>assistant" +
			"<|channel|>analysis<|message|>" + another + "<|end|><|start|>assistant<|channel|>final " +
			"<|constrain|>json<|message|>" + right),
		"an analysis without its end": saying(
			"<|channel|>analysis<|message|>" + another + "<|start|>assistant<|channel|>final<|message|>" + right),
		"an analysis whose beginning is lost": saying("analysis<|message|>" + another + "<|end|><|start|>" +
			"assistant<|channel|>final<|message|>" + right + "<|return|>"),
		"harmony's commentary": saying(
			"<|channel|>commentary to=functions.verdict <|constrain|>json<|message|>" + right + "<|call|>"),
		"a mark of thoughts in its reason": saying(
			`{"category":"billing","reason":"<think>","priority":"high"}`),
		"a list of one label":           saying(`{"category":["billing"],"priority":["high"]}`),
		"labels in Markdown and quotes": saying(`{"category":"**billing**","priority":"\"high\""}`),
		"an escape that JSON does not know": saying(
			`{"category":"billing","priority":"high","reason":"50\% \_off\_"}`),
		"words where a figure should be": saying(
			`{"category":"billing","priority":"high","confidence":about 0.9 or so}`),
		"a percentage where a figure should be": saying(
			`{"category":"billing","priority":"high","confidence": 95%}`),
		"a comment after a figure": saying(
			"{\"category\":\"billing\",\"priority\":\"high\",\"confidence\": 0.9 // sure\n}"),
		"Python's literals":    saying(`{'category': 'billing', 'priority': 'high', 'reason': None}`),
		"lines of JSON":        saying(`{"note":1}` + "\n" + right + "\n" + right),
		"a list of the same":   saying("[" + right + "," + right + ",]"),
		"an unclosed list":     saying("[" + right),
		"two wrappers":         saying(`{"response":{"result":` + right + `}}`),
		"a wrapper that lists": saying(`{"tickets":[` + right + `]}`),
		"the schema's wrapper": saying(
			`{"type":"object","properties":{"category":"billing","priority":"high"}}`),
		"a schema beside it": saying(`{"type":"object","properties":{"category":{"type":"string",` +
			`"enum":["billing"]},"priority":{"enum":["low"]}}}` + right),
		"a template that is no JSON before it": saying(
			`I fill in {"category": "billing" | "general", "priority": "low" | "high"}. ` + right),
		"a template with brackets before it": saying(
			`Format: {"category": <one>, "priority": <one>}` + "\n" + right),
		"a second verdict within it": saying(
			`{"alternative":` + another + `,"category":"billing","priority":"high"}`),
		"the object as a string in a fence": saying("```json\n" + quoted(right) + "\n```"),
		"the object as a string twice":      saying(quoted(quoted(right))),
		"the inside of a string":            saying(`{\"category\":\"billing\",\"priority\":\"high\"}`),
		"a whole object, then cut off": strings.Replace(
			saying(right+` {"category":"gen`), `"stop"`, `"length"`, 1),
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
		"a byte order mark before the document": "\ufeff" + saying(right),
		"labels as objects": saying(
			`{"category":{"value":"billing"},"priority":{"label":"High","confidence":0.8}}`),
		"labels as objects of their own names": saying(
			`{"category":{"category":"billing"},"priority":{"priority":"high"}}`),
		"Markdown lines": saying("- category: billing\n- priority: high"),
		"Markdown lines with words": saying(
			"Here is my answer:\n\n1. **Category:** Billing\n2. **Priority**: `high`\n" +
				"3. Confidence: 0.9\n4. Reason: two charges\nin a month"),
		"a heading and lines": saying("# Ticket\n---\nCategory: billing\nPriority: high</s>"),
		"YAML in a fence":     saying("```yaml\ncategory: \"billing\"\npriority: 'high'\n```"),
		"thoughts before lines": saying(
			"<think>\ncategory: general\n</think>\ncategory: billing\npriority: high"),
		"lines in the final channel": saying(
			"<|channel|>final<|message|>category: billing\npriority: high<|return|>"),
		"HTML entities": saying(
			`{&quot;category&quot;:&quot;billing&quot;,&quot;priority&quot;:&quot;high&quot;}`),
		"HTML entities and escapes": saying(
			`{&quot;category&quot;:&quot;billing&quot;,&quot;reason&quot;:&quot;it&#39;s &amp;quot;&quot;,` +
				`&quot;priority&quot;:&quot;high&quot;}`),
		"a missing last brace":          saying(strings.TrimSuffix(right, "}")),
		"a missing brace, then a fence": saying("```json\n" + strings.TrimSuffix(right, "}") + "\n```"),
		"a missing brace, then an end":  saying(strings.TrimSuffix(right, "}") + "<|im_end|>"),
		"a missing brace of a wrapper":  saying(`{"result":` + right),
		"all closing braces missing":    saying(`{"result":{"category":"billing","priority":"high"`),
		"a missing brace behind thoughts": saying("<think>" + another + "</think>" +
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

func TestWhatIsNoVerdict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want *domain.Error
	}{
		"a verdict in thoughts": {
			saying("<think>" + right + "</think> I do not know."), domain.ErrBadAnswer},
		"a verdict in thoughts, followed": {saying("<think>" + right + " but no"), domain.ErrBadAnswer},
		"a verdict in thoughts, harmony": {saying("<|channel|>analysis<|message|>" + right + "<|end|>"),
			domain.ErrBadAnswer},
		"a verdict before the end of thoughts": {saying(right + "</think>"), domain.ErrBadAnswer},
		"two verdicts that differ":             {saying(right + another), domain.ErrBadAnswer},
		"two verdicts in one object": {
			saying(`{"a":` + right + `,"b":` + another + `}`), domain.ErrBadAnswer},
		"a label twice with other values": {saying(
			`{"category":"billing","category":"general","priority":"low"}`), domain.ErrBadAnswer},
		"a label off the list": {saying(`{"category":"bill","priority":"high"}`), domain.ErrBadAnswer},
		"two labels in one": {saying(`{"category":"billing, technical","priority":"high"}`),
			domain.ErrBadAnswer},
		"labels in two objects": {saying(`{"category":"billing"}{"priority":"high"}`), domain.ErrBadAnswer},
		"a verdict in a reason": {saying(
			`{"category":"billing","reason":"{\"category\":\"general\",\"priority\":\"low\"}"}`),
			domain.ErrBadAnswer},
		"choices that differ": {`{"choices":[{"message":{"content":` + quoted(
			right) + `}},{"message":{"content":` + quoted(another) + `}}]}`, domain.ErrBadAnswer},
		"drafts that differ in open thoughts": {saying("<think>" + another + " or " + right),
			domain.ErrBadAnswer},
		"a verdict before thoughts in thoughts": {saying(
			"<think>" + right + "<think>x</think> I do not know.</think>"), domain.ErrBadAnswer},
		"a verdict quoted in a broken reason": {saying(`{"reason":"he wrote {"category":"general",` +
			`"priority":"low"} to us","category":"billing","priority":"high"}`), domain.ErrBadAnswer},
		"a verdict quoted in a broken object": {saying(`{"reason":"he "wrote" {"category":"general",` +
			`"priority":"low"}","category":"billing","priority":"high"}`), domain.ErrBadAnswer},
		"a verdict within an object of one label": {saying(
			`{"category":"billing","draft":{"category":"general","priority":"low"}}`), domain.ErrBadAnswer},
		"a verdict in a ticket": {saying(
			`{"title":"x","description":"{\"category\":\"general\",\"priority\":\"low\"}"}`), domain.ErrBadAnswer},
		"a label repeated in a list": {saying(
			`{"category":["billing"],"category":["general"],"priority":"low"}`), domain.ErrBadAnswer},
		"a list of two labels": {saying(`{"category":["billing","general"],"priority":"low"}`),
			domain.ErrBadAnswer},
		"lines of JSON that differ": {saying(right + "\n" + another), domain.ErrBadAnswer},
		"a schema": {saying(`{"properties":{"category":{"enum":["billing"]},"priority":{"enum":["low"]}}}`),
			domain.ErrBadAnswer},
		"a tool call that differs from the text": {document(`{"content":` + quoted(
			right) + `,"tool_calls":[{"function":{"arguments":` + quoted(another) + `}}]}`), domain.ErrBadAnswer},
		"a tool call beside verdicts that differ": {document(`{"content":` + quoted(
			right+another) + `,"tool_calls":[{"function":{"arguments":` + quoted(right) + `}}]}`),
			domain.ErrBadAnswer},
		"tool calls that differ": {document(`{"tool_calls":[{"function":{"arguments":` + quoted(
			right) + `}},{"function":{"arguments":` + quoted(another) + `}}]}`), domain.ErrBadAnswer},
		"a verdict in an object that is cut off": {strings.Replace(saying(`{"draft":`+right+`,"category":"gen`),
			`"stop"`, `"length"`, 1), domain.ErrAnswerCutOff},
		"a part that refuses": {document(`{"content":[{"type":"refusal","refusal":"I can't."}]}`),
			domain.ErrAnswerRefused},
		"a filter named by Gemini": {strings.Replace(saying(""), `"stop"`,
			`"content_filter: PROHIBITED_CONTENT"`, 1), domain.ErrAnswerRefused},
		"a provider that failed meanwhile": {strings.Replace(saying(""), `"stop"`, `"error"`, 1),
			domain.ErrClassifierUnavailable},
		"thoughts that came to no answer": {document(`{"content":"","reasoning":` + quoted(
			"maybe "+right+" or not") + `}`), domain.ErrAnswerEmpty},
		"a label that is two": {
			saying(`{"category":{"value":"billing","label":"general"},"priority":"low"}`), domain.ErrBadAnswer},
		"a label in an object of both": {
			saying(`{"category":{"category":"billing","priority":"low"},"priority":"low"}`), domain.ErrBadAnswer},
		"a label's schema": {
			saying(`{"category":{"type":"string","const":"billing"},"priority":{"type":"string","const":"low"}}`),
			domain.ErrBadAnswer},
		"lines that differ": {saying("category: billing\ncategory: general\npriority: low"),
			domain.ErrBadAnswer},
		"lines off the list": {saying("category: billing or general\npriority: low"), domain.ErrBadAnswer},
		"lines in prose": {saying("The customer wrote:\ncategory: billing\npriority: low\nI do not know."),
			domain.ErrBadAnswer},
		"lines in thoughts": {saying("<think>\ncategory: billing\npriority: low\n</think>\nHm."),
			domain.ErrBadAnswer},
		"lines in open thoughts": {saying("<think>\ncategory: billing\npriority: low"), domain.ErrBadAnswer},
		"lines beside an object": {saying("category: billing\npriority: low\n{\"a\":1}"), domain.ErrBadAnswer},
		"lines that are cut off": {
			strings.Replace(saying("category: billing\npriority: low"), `"stop"`, `"length"`, 1),
			domain.ErrAnswerCutOff},
		"entities of two verdicts": {
			saying(strings.ReplaceAll(right+another, `"`, "&quot;")), domain.ErrBadAnswer},
		"a missing brace, cut off": {
			strings.Replace(saying(strings.TrimSuffix(right, "}")), `"stop"`, `"length"`, 1), domain.ErrAnswerCutOff},
		"a missing brace after a comma": {saying(`{"category":"billing","priority":"high",`), domain.ErrBadAnswer},
		"a missing brace and quote":     {saying(`{"category":"billing","priority":"high`), domain.ErrBadAnswer},
		"a missing brace before words": {saying(`{"category":"billing","priority":"high" I think`),
			domain.ErrBadAnswer},
		"a missing brace in thoughts": {
			saying("<think>" + strings.TrimSuffix(right, "}")), domain.ErrBadAnswer},
		"a missing brace before the end of thoughts": {
			saying(strings.TrimSuffix(right, "}") + "</think>"), domain.ErrBadAnswer},
		"a missing brace and another verdict": {saying(right + strings.TrimSuffix(another, "}")),
			domain.ErrBadAnswer},
		"prose":      {saying("category: billing, priority: high"), domain.ErrBadAnswer},
		"nothing":    {saying(""), domain.ErrAnswerEmpty},
		"no choices": {`{"choices":[]}`, domain.ErrAnswerEmpty},
		"half an object": {strings.Replace(saying(right[:30]), `"stop"`, `"length"`, 1),
			domain.ErrAnswerCutOff},
		"a draft in thoughts that were cut off": {strings.Replace(saying("<think>maybe "+right), `"stop"`,
			`"length"`, 1), domain.ErrAnswerCutOff},
		"nothing but thoughts": {strings.Replace(document(`{"content":"","reasoning_content":`+quoted(
			"maybe "+right)+`}`), `"stop"`, `"length"`, 1), domain.ErrAnswerCutOff},
		"a refusal": {document(`{"content":null,"refusal":"I can't help with that."}`),
			domain.ErrAnswerRefused},
		"a content filter": {strings.Replace(saying(""), `"stop"`, `"content_filter"`, 1),
			domain.ErrAnswerRefused},
		"Gemini's content filter": {strings.Replace(saying(""), `"stop"`, `"PROHIBITED_CONTENT"`, 1),
			domain.ErrAnswerRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := read([]byte(c.body))
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

func TestAFigureBeforeAMissingBraceCounts(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"", "\n", "<|im_end|>", "\n```"} {
		got, err := read([]byte(saying(strings.TrimSuffix(right, "}") + end)))
		require.NoError(t, err, end)
		require.Equal(t, new(0.93), got.Verdict.Confidence(), end)
	}
}

func TestAFigureWithinALabelCounts(t *testing.T) {
	t.Parallel()
	got, err := read([]byte(saying(
		`{"category":{"value":"billing","confidence":0.7},"priority":{"label":"high","confidence":95}}`)))
	require.NoError(t, err)
	require.Equal(t, new(0.7), got.Verdict.Confidence())
	require.Nil(t, got.Verdict.PriorityConfidence())
}

func TestFiguresThatCannotBeUsedCostOnlyThemselves(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]*float64{
		`0.93`: new(0.93), `"0.93"`: new(0.93), `1`: new(1.0), `0`: new(0.0), `" 0.5 "`: new(0.5),
		`95`: nil, `"95%"`: nil, `1.01`: nil, `-0.2`: nil, `"high"`: nil, `null`: nil, `true`: nil,
		`{"a":1}`: nil, `[0.9]`: nil, `NaN`: nil, `""`: nil,
	} {
		t.Run(written, func(t *testing.T) {
			t.Parallel()
			answer, err := read([]byte(saying(
				`{"category":"billing","priority":"high","confidence":` + written + `}`)))
			require.NoError(t, err)
			require.Equal(t, want, answer.Verdict.Confidence())
		})
	}
}

func TestMonstrousAnswersAreReadInOneGo(t *testing.T) {
	t.Parallel()
	const size = 1 << 20 // a reader that goes back for each of them would take hours
	for name, text := range map[string]string{
		"braces":               strings.Repeat("{", size),
		"brackets":             strings.Repeat("[", size),
		"opened objects":       strings.Repeat(`{"a":`, size/5),
		"objects without name": strings.Repeat(`{a:`, size/3),
		"lists in objects":     strings.Repeat(`{"a":[`, size/6),
		"a list of objects":    `{"a":[` + strings.Repeat(`{"a":1},`, size/8),
		"a long list":          `{"a":[` + strings.Repeat(`1,`, size/2) + `]}`,
		"quotes":               strings.Repeat(`{"`, size/2),
		"single quotes":        strings.Repeat(`{'`, size/2),
		"open strings":         `{"` + strings.Repeat(`{'`, size/2),
		"escapes":              `{"a":"` + strings.Repeat(`\"{`, size/3),
		"escaped objects":      strings.Repeat(`{\"a\":`, size/7) + "}",
		"repeated labels":      "{" + strings.Repeat(`"category":"billing",`, size/21) + `"priority":"high"}`,
		"closed thoughts":      strings.Repeat("<think></think>", size/15),
		"thoughts":             strings.Repeat("<think>", size/7),
		"ends of thoughts":     strings.Repeat("</think>", size/8),
		"mixed thoughts":       strings.Repeat("<think><reasoning>[THINK]", size/25),
		"many kinds of marks":  strings.Repeat("<think1><a><|channel|>analysis", size/31),
		"channels":             strings.Repeat("<|channel|>analysis", size/20),
		"angle brackets":       strings.Repeat("<", size),
		"entities":             strings.Repeat("&amp;quot;&quot;{", size/17),
		"lines of labels":      strings.Repeat("category: billing\n", size/18),
		"open objects, blanks": strings.Repeat(`{"a":1 x`, size/16) + strings.Repeat(" ", size/2),
		"marks after objects":  strings.Repeat(`{"a":1</s>`, size/10),
		"label objects":        strings.Repeat(`{"category":{"value":`, size/21),
		"comments":             strings.Repeat("{/*", size/3),
		"line comments":        strings.Repeat("{//", size/3),
		"calls in calls":       strings.Repeat(`{"name":1,"arguments":'{"name":1,"arguments":"`, size/46),
		"a thousand verdicts":  strings.Repeat(right, size/len(right)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := read([]byte(saying(text)))
			if err == nil {
				require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
				return
			}
			require.True(t, domain.BadOutput(domain.CodeOf(err)), err)
		})
	}
	for name, body := range map[string]string{
		"choices":       `{"choices":[` + strings.Repeat(`{"message":{"content":"x"}},`, size/28) + `{}]}`,
		"empty choices": `{"choices":[` + strings.Repeat(`{},`, size/3) + `{}]}`,
		"parts":         document(`{"content":[` + strings.Repeat(`"x",`, size/4) + `"x"]}`),
		"parts in parts": document(
			`{"content":` + strings.Repeat(`{"text":`, 9000) + `1` + strings.Repeat(`}`, 9000) + `}`),
		"tool calls":       document(`{"tool_calls":[` + strings.Repeat(`{"arguments":"{"},`, size/18) + `{}]}`),
		"tokens":           `{"choices":[{"logprobs":{"content":[` + strings.Repeat(`{},`, size/3) + `{}]}}]}`,
		"chunks":           strings.Repeat("data: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\n", size/48),
		"a body of braces": strings.Repeat("{", size),
		"errors": `{"choices":[{"message":{"content":"x"}}],"x":[` +
			strings.Repeat(`"error",`, size/8) + `1]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := read([]byte(body))
			require.True(t, domain.BadOutput(domain.CodeOf(err)), err)
		})
	}
}
