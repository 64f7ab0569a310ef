package answer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

func TestWhatIsNoVerdict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want *domain.Error
	}{
		"a verdict in thoughts": {
			content("<think>" + right + "</think> I do not know."), domain.ErrBadAnswer},
		"a verdict in thoughts, followed": {content("<think>" + right + " but no"), domain.ErrBadAnswer},
		"a verdict in thoughts, harmony": {content("<|channel|>analysis<|message|>" + right + "<|end|>"),
			domain.ErrBadAnswer},
		"a verdict before the end of thoughts": {content(right + "</think>"), domain.ErrBadAnswer},
		"two verdicts that differ":             {content(right + another), domain.ErrBadAnswer},
		"two verdicts in one object": {
			content(`{"a":` + right + `,"b":` + another + `}`), domain.ErrBadAnswer},
		"a label twice with other values": {content(
			`{"category":"billing","category":"general","priority":"low"}`), domain.ErrBadAnswer},
		"a label off the list": {content(`{"category":"bill","priority":"high"}`), domain.ErrBadAnswer},
		"two labels in one": {content(`{"category":"billing, technical","priority":"high"}`),
			domain.ErrBadAnswer},
		"labels in two objects": {content(`{"category":"billing"}{"priority":"high"}`), domain.ErrBadAnswer},
		"a verdict in a reason": {content(
			`{"category":"billing","reason":"{\"category\":\"general\",\"priority\":\"low\"}"}`),
			domain.ErrBadAnswer},
		"choices that differ": {`{"choices":[{"message":{"content":` + quoted(
			right) + `}},{"message":{"content":` + quoted(another) + `}}]}`, domain.ErrBadAnswer},
		"drafts that differ in open thoughts": {content("<think>" + another + " or " + right),
			domain.ErrBadAnswer},
		"a verdict before thoughts in thoughts": {content(
			"<think>" + right + "<think>x</think> I do not know.</think>"), domain.ErrBadAnswer},
		"a verdict quoted in a broken reason": {content(`{"reason":"he wrote {"category":"general",` +
			`"priority":"low"} to us","category":"billing","priority":"high"}`), domain.ErrBadAnswer},
		"a verdict quoted in a broken object": {content(`{"reason":"he "wrote" {"category":"general",` +
			`"priority":"low"}","category":"billing","priority":"high"}`), domain.ErrBadAnswer},
		"a verdict within an object of one label": {content(
			`{"category":"billing","draft":{"category":"general","priority":"low"}}`), domain.ErrBadAnswer},
		"a verdict in a ticket": {content(
			`{"title":"x","description":"{\"category\":\"general\",\"priority\":\"low\"}"}`), domain.ErrBadAnswer},
		"a label repeated in a list": {content(
			`{"category":["billing"],"category":["general"],"priority":"low"}`), domain.ErrBadAnswer},
		"a list of two labels": {content(`{"category":["billing","general"],"priority":"low"}`),
			domain.ErrBadAnswer},
		"lines of JSON that differ": {content(right + "\n" + another), domain.ErrBadAnswer},
		"a schema": {content(`{"properties":{"category":{"enum":["billing"]},"priority":{"enum":["low"]}}}`),
			domain.ErrBadAnswer},
		"a tool call that differs from the text": {document(`{"content":` + quoted(
			right) + `,"tool_calls":[{"function":{"arguments":` + quoted(another) + `}}]}`), domain.ErrBadAnswer},
		"a tool call beside verdicts that differ": {document(`{"content":` + quoted(
			right+another) + `,"tool_calls":[{"function":{"arguments":` + quoted(right) + `}}]}`),
			domain.ErrBadAnswer},
		"tool calls that differ": {document(`{"tool_calls":[{"function":{"arguments":` + quoted(
			right) + `}},{"function":{"arguments":` + quoted(another) + `}}]}`), domain.ErrBadAnswer},
		"a verdict in an object that is cut off": {strings.Replace(content(`{"draft":`+right+`,"category":"gen`),
			`"stop"`, `"length"`, 1), domain.ErrAnswerCutOff},
		"a part that refuses": {document(`{"content":[{"type":"refusal","refusal":"I can't."}]}`),
			domain.ErrAnswerRefused},
		"a filter named by Gemini": {strings.Replace(content(""), `"stop"`,
			`"content_filter: PROHIBITED_CONTENT"`, 1), domain.ErrAnswerRefused},
		"a provider that failed meanwhile": {strings.Replace(content(""), `"stop"`, `"error"`, 1),
			domain.ErrClassifierUnavailable},
		"thoughts that came to no answer": {document(`{"content":"","reasoning":` + quoted(
			"maybe "+right+" or not") + `}`), domain.ErrAnswerEmpty},
		"a label that is two": {
			content(`{"category":{"value":"billing","label":"general"},"priority":"low"}`), domain.ErrBadAnswer},
		"a label in an object of both": {
			content(`{"category":{"category":"billing","priority":"low"},"priority":"low"}`), domain.ErrBadAnswer},
		"a label's schema": {
			content(`{"category":{"type":"string","const":"billing"},"priority":{"type":"string","const":"low"}}`),
			domain.ErrBadAnswer},
		"lines that differ": {content("category: billing\ncategory: general\npriority: low"),
			domain.ErrBadAnswer},
		"lines off the list": {content("category: billing or general\npriority: low"), domain.ErrBadAnswer},
		"lines in prose": {content("The customer wrote:\ncategory: billing\npriority: low\nI do not know."),
			domain.ErrBadAnswer},
		"lines in thoughts": {content("<think>\ncategory: billing\npriority: low\n</think>\nHm."),
			domain.ErrBadAnswer},
		"lines in open thoughts": {content("<think>\ncategory: billing\npriority: low"), domain.ErrBadAnswer},
		"lines beside an object": {content("category: billing\npriority: low\n{\"a\":1}"), domain.ErrBadAnswer},
		"lines that are cut off": {
			strings.Replace(content("category: billing\npriority: low"), `"stop"`, `"length"`, 1),
			domain.ErrAnswerCutOff},
		"entities of two verdicts": {
			content(strings.ReplaceAll(right+another, `"`, "&quot;")), domain.ErrBadAnswer},
		"a missing brace, cut off": {
			strings.Replace(content(strings.TrimSuffix(right, "}")), `"stop"`, `"length"`, 1), domain.ErrAnswerCutOff},
		"a missing brace after a comma": {content(`{"category":"billing","priority":"high",`), domain.ErrBadAnswer},
		"a missing brace and quote":     {content(`{"category":"billing","priority":"high`), domain.ErrBadAnswer},
		"a missing brace before words": {content(`{"category":"billing","priority":"high" I think`),
			domain.ErrBadAnswer},
		"a missing brace in thoughts": {
			content("<think>" + strings.TrimSuffix(right, "}")), domain.ErrBadAnswer},
		"a missing brace before the end of thoughts": {
			content(strings.TrimSuffix(right, "}") + "</think>"), domain.ErrBadAnswer},
		"a missing brace and another verdict": {content(right + strings.TrimSuffix(another, "}")),
			domain.ErrBadAnswer},
		"prose":      {content("category: billing, priority: high"), domain.ErrBadAnswer},
		"nothing":    {content(""), domain.ErrAnswerEmpty},
		"no choices": {`{"choices":[]}`, domain.ErrAnswerEmpty},
		"half an object": {strings.Replace(content(right[:30]), `"stop"`, `"length"`, 1),
			domain.ErrAnswerCutOff},
		"a draft in thoughts that were cut off": {strings.Replace(content("<think>maybe "+right), `"stop"`,
			`"length"`, 1), domain.ErrAnswerCutOff},
		"nothing but thoughts": {strings.Replace(document(`{"content":"","reasoning_content":`+quoted(
			"maybe "+right)+`}`), `"stop"`, `"length"`, 1), domain.ErrAnswerCutOff},
		"a refusal": {document(`{"content":null,"refusal":"I can't help with that."}`),
			domain.ErrAnswerRefused},
		"a content filter": {strings.Replace(content(""), `"stop"`, `"content_filter"`, 1),
			domain.ErrAnswerRefused},
		"Gemini's content filter": {strings.Replace(content(""), `"stop"`, `"PROHIBITED_CONTENT"`, 1),
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

func TestAFigureBeforeAMissingBraceCounts(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"", "\n", "<|im_end|>", "\n```"} {
		got, err := read([]byte(content(strings.TrimSuffix(right, "}") + end)))
		require.NoError(t, err, end)
		require.Equal(t, new(0.93), got.Verdict.Confidence(), end)
	}
}

func TestAFigureWithinALabelCounts(t *testing.T) {
	t.Parallel()
	got, err := read([]byte(content(
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
			answer, err := read([]byte(content(
				`{"category":"billing","priority":"high","confidence":` + written + `}`)))
			require.NoError(t, err)
			require.Equal(t, want, answer.Verdict.Confidence())
		})
	}
}
